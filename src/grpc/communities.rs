//! Communities: collectives, special interest groups, spaces, over gRPC. Every call is converted, answered by one use case, and converted back.

use tonic::{Request, Response, Status};

use super::call::Door;
use super::convert::{self, Faults, Listing};
use super::pb;
use crate::app::Call;
use crate::domain::{CommunityName, PersonName};

/// The adapter of `CommunityService`.
pub(super) struct Communities {
    door: Door,
}

impl Communities {
    /// The adapter behind a door.
    pub(super) fn new(door: &Door) -> Self {
        Self { door: door.clone() }
    }
}

#[tonic::async_trait]
impl pb::community_service_server::CommunityService for Communities {
    async fn get_community(&self, request: Request<pb::GetCommunityRequest>) -> Result<Response<pb::Community>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::GetCommunityRequest| async move {
            let mut faults = Faults::default();
            let name = faults.name::<CommunityName>("name", &request.name);
            let wanted = seal.min_revision(&request.min_revision, &mut faults);
            let name = faults.finish(name)?;
            let shown = app.get_community(&Call { min_revision: wanted.revision()?, ..call }, &name).await?;
            Ok(convert::community(shown, String::new()))
        };
        self.door.answer(request, handle).await
    }

    async fn list_communities(
        &self,
        request: Request<pb::ListCommunitiesRequest>,
    ) -> Result<Response<pb::ListCommunitiesResponse>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::ListCommunitiesRequest| async move {
            let list = Listing::<CommunityName>::read(request, call, seal, self.door.limits(), Faults::default())?;
            let page = app.list_communities(&list.call, list.after.as_ref(), list.size).await?;
            let last = page.items.last().map(|shown| &shown.value.name);
            let next_page_token = list.next_page_token(last, page.more, seal)?;
            let communities = page.items.into_iter().map(|shown| convert::community(shown, String::new())).collect();
            Ok(pb::ListCommunitiesResponse { communities, next_page_token })
        };
        self.door.answer(request, handle).await
    }

    async fn create_community(&self, request: Request<pb::CreateCommunityRequest>) -> Result<Response<pb::Community>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::CreateCommunityRequest| async move {
            let change = convert::community_creation(request, &call.asker, self.door.limits())?;
            let done = app.update_community(&call, change.name, change.patch, &change.options).await?;
            Ok(convert::community(done.value, seal.revision(done.revision)?))
        };
        self.door.answer(request, handle).await
    }

    async fn update_community(&self, request: Request<pb::UpdateCommunityRequest>) -> Result<Response<pb::Community>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::UpdateCommunityRequest| async move {
            let change = convert::community_change(request, &call.asker, self.door.limits())?;
            let done = app.update_community(&call, change.name, change.patch, &change.options).await?;
            Ok(convert::community(done.value, seal.revision(done.revision)?))
        };
        self.door.answer(request, handle).await
    }

    async fn delete_community(
        &self,
        request: Request<pb::DeleteCommunityRequest>,
    ) -> Result<Response<pb::DeleteCommunityResponse>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::DeleteCommunityRequest| async move {
            let removal = convert::community_removal(&request, &call.asker)?;
            let revision = app.delete_community(&call, removal.name, &removal.options).await?;
            Ok(pb::DeleteCommunityResponse { revision: seal.revision(revision)? })
        };
        self.door.answer(request, handle).await
    }

    async fn list_members(&self, request: Request<pb::ListMembersRequest>) -> Result<Response<pb::ListMembersResponse>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::ListMembersRequest| async move {
            let mut faults = Faults::default();
            let name = faults.name::<CommunityName>("parent", &request.parent);
            let list = Listing::<PersonName>::read(request, call, seal, self.door.limits(), faults)?;
            // Nothing is wrong, or the line above would have said so.
            let name = Faults::default().finish(name)?;
            let page = app.list_members(&list.call, &name, list.after.as_ref(), list.size).await?;
            let last = page.members.last().map(|member| &member.person);
            let next_page_token = list.next_page_token(last, page.more, seal)?;
            let members = page.members.iter().map(convert::member).collect();
            Ok(pb::ListMembersResponse { members, next_page_token })
        };
        self.door.answer(request, handle).await
    }

    async fn add_member(&self, request: Request<pb::AddMemberRequest>) -> Result<Response<pb::AddMemberResponse>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::AddMemberRequest| async move {
            let change = convert::member_change(&request, &call.asker)?;
            let revision = app.add_member(&call, &change.name, &change.patch, &change.options).await?;
            Ok(pb::AddMemberResponse { revision: seal.revision(revision)? })
        };
        self.door.answer(request, handle).await
    }

    async fn remove_member(
        &self,
        request: Request<pb::RemoveMemberRequest>,
    ) -> Result<Response<pb::RemoveMemberResponse>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::RemoveMemberRequest| async move {
            let change = convert::member_change(&request, &call.asker)?;
            let revision = app.remove_member(&call, &change.name, &change.patch, &change.options).await?;
            Ok(pb::RemoveMemberResponse { revision: seal.revision(revision)? })
        };
        self.door.answer(request, handle).await
    }
}
