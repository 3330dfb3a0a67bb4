import { describeWithRadosgw } from "../helpers/radosgw.js";
import { PART, WHOLE, describeS3, s3Fixture, useAccount } from "./s3-suite.js";
import { describeWeather } from "./weather.js";

describeWithRadosgw("s3 on radosgw", (server) => {
  useAccount(server);
  describeS3(server, [WHOLE - 1, WHOLE, WHOLE + 1, 3 * PART - 1, 3 * PART, 3 * PART + 1]);

  describeWeather("s3", async () => {
    const made = await s3Fixture(server());
    return {
      ...made,
      upstream: server().endpoint,
      through: (endpoint: string) => ({ ...made.spec, endpoint }),
      sizes: [200_000, 22 * 1024 * 1024] as const,
      canWrite: true,
    };
  });
});
