//! The messages and services of `rookery.v1`, as they are generated from `proto/rookery/v1`; the comments are the protos' own.

#![expect(clippy::all, clippy::pedantic, reason = "generated code")]

tonic::include_proto!("rookery.v1");

/// Every proto of the package and what it imports, as a serialised `google.protobuf.FileDescriptorSet`.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
