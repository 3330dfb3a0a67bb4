/**
 * What we use of the AWS SDK, and nothing of ours: it is bundled into a file of its own, which is
 * read when an `s3://` remote is opened.
 */
export {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
export { defaultProvider } from "@aws-sdk/credential-provider-node";
export {
  NODE_REGION_CONFIG_FILE_OPTIONS,
  NODE_REGION_CONFIG_OPTIONS,
  loadConfig,
} from "@smithy/core/config";
export { getEndpointFromInstructions } from "@smithy/core/endpoints";
export { NodeHttpHandler } from "@smithy/node-http-handler";
