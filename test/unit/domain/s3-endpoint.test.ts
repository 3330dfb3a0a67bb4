import { expect, it } from "vitest";
import { isAwsEndpoint, isRegion } from "../../../src/domain/s3-endpoint.js";

it.each([
  "https://s3.amazonaws.com",
  "https://s3.eu-central-1.amazonaws.com",
  "https://s3-us-west-2.amazonaws.com",
  "https://s3.dualstack.us-gov-west-1.amazonaws.com",
  "https://s3-fips.us-east-1.amazonaws.com",
  "https://s3-accelerate.amazonaws.com",
  "https://s3-accelerate.dualstack.amazonaws.com",
  "https://s3.cn-north-1.amazonaws.com.cn",
  "https://bucket.vpce-0a1b2c3d-4e5f.s3.us-east-1.vpce.amazonaws.com",
])("is Amazon's own: %s", (url) => expect(isAwsEndpoint(url)).toBe(true));

it.each([
  "http://s3.amazonaws.com",
  "https://s3.amazonaws.com:8443",
  "https://amazonaws.com",
  "https://s3.amazonaws.com.example.org",
  "https://s3.example.org",
  "https://evil-s3.amazonaws.com",
  "https://abc123.execute-api.us-east-1.amazonaws.com",
  "https://s3.execute-api.us-east-1.amazonaws.com",
  "https://ec2-1-2-3-4.compute-1.amazonaws.com",
  "https://s3-loadbalancer.us-east-1.elb.amazonaws.com",
  "https://s3.us-east-1.elb.amazonaws.com",
  "not an address",
])("is not: %s", (url) => expect(isAwsEndpoint(url)).toBe(false));

it("a region has nothing in it that ends a host's name", () => {
  for (const region of ["us-east-1", "auto", "garage", "eu", "nbg1"]) {
    expect([region, isRegion(region)]).toEqual([region, true]);
  }
  for (const region of ["", "a.b", "a/b", "-a", "a-", "A", "a_b", "a".repeat(41)]) {
    expect([region, isRegion(region)]).toEqual([region, false]);
  }
});
