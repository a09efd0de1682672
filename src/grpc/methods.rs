//! The methods of the API, as the descriptors have them.

use prost::Message;
use prost_types::{FileDescriptorSet, MethodDescriptorProto};

use super::pb;

/// A method and where it stands.
pub(super) struct Described {
    pub(super) package: String,
    pub(super) service: String,
    pub(super) method: MethodDescriptorProto,
}

impl Described {
    /// The path by which it is called, such as `/rookery.v1.ContentService/GetDocument`.
    pub(super) fn path(&self) -> String {
        format!("/{}.{}/{}", self.package, self.service, self.method.name())
    }
}

/// Every method of every service.
pub(super) fn methods() -> Vec<Described> {
    let mut methods = Vec::new();
    for file in FileDescriptorSet::decode(pb::DESCRIPTORS).unwrap_or_default().file {
        let package = file.package().to_owned();
        for service in file.service {
            let name = service.name().to_owned();
            let described = |method| Described { package: package.clone(), service: name.clone(), method };
            methods.extend(service.method.into_iter().map(described));
        }
    }
    methods
}
