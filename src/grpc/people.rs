//! People and what they say of themselves, over gRPC. Every call is converted, answered by one use case, and converted back.

use tonic::{Request, Response, Status, Streaming};

use super::call::Door;
use super::convert::{self, Faults, LinesBefore, Listing};
use super::import::{self, Answers};
use super::pb;
use crate::app::Call;
use crate::domain::PersonName;

/// The adapter of `PeopleService`.
pub(super) struct People {
    door: Door,
}

impl People {
    /// The adapter behind a door.
    pub(super) fn new(door: &Door) -> Self {
        Self { door: door.clone() }
    }
}

#[tonic::async_trait]
impl pb::people_service_server::PeopleService for People {
    type ImportPeopleStream = Answers<pb::ImportPeopleResponse>;

    async fn get_person(&self, request: Request<pb::GetPersonRequest>) -> Result<Response<pb::Person>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::GetPersonRequest| async move {
            let mut faults = Faults::default();
            let name = faults.name::<PersonName>("name", &request.name);
            let wanted = seal.min_revision(&request.min_revision, &mut faults);
            let name = faults.finish(name)?;
            let shown = app.get_person(&Call { min_revision: wanted.revision()?, ..call }, &name).await?;
            Ok(convert::person(shown, String::new()))
        };
        self.door.answer(request, handle).await
    }

    async fn list_people(&self, request: Request<pb::ListPeopleRequest>) -> Result<Response<pb::ListPeopleResponse>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::ListPeopleRequest| async move {
            let list = Listing::<PersonName>::read(request, call, seal, self.door.limits(), Faults::default())?;
            let page = app.list_people(&list.call, list.after.as_ref(), list.size).await?;
            let last = page.items.last().map(|shown| &shown.value.name);
            let next_page_token = list.next_page_token(last, page.more, seal)?;
            let people = page.items.into_iter().map(|shown| convert::person(shown, String::new())).collect();
            Ok(pb::ListPeopleResponse { people, next_page_token })
        };
        self.door.answer(request, handle).await
    }

    async fn batch_get_people(
        &self,
        request: Request<pb::BatchGetPeopleRequest>,
    ) -> Result<Response<pb::BatchGetPeopleResponse>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::BatchGetPeopleRequest| async move {
            let mut faults = Faults::default();
            let names = convert::people_names(&request.names, self.door.limits(), &mut faults);
            let wanted = seal.min_revision(&request.min_revision, &mut faults);
            let names = faults.finish(Some(names))?;
            let found = app.batch_get_people(&Call { min_revision: wanted.revision()?, ..call }, &names).await?;
            Ok(convert::people_found(found))
        };
        self.door.answer(request, handle).await
    }

    async fn lookup_person(&self, request: Request<pb::LookupPersonRequest>) -> Result<Response<pb::Person>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::LookupPersonRequest| async move {
            let mut faults = Faults::default();
            let key = convert::person_key(request.key, self.door.limits(), &mut faults);
            let wanted = seal.min_revision(&request.min_revision, &mut faults);
            let key = faults.finish(key)?;
            let shown = app.lookup_person(&Call { min_revision: wanted.revision()?, ..call }, &key).await?;
            Ok(convert::person(shown, String::new()))
        };
        self.door.answer(request, handle).await
    }

    async fn create_person(&self, request: Request<pb::CreatePersonRequest>) -> Result<Response<pb::Person>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::CreatePersonRequest| async move {
            let change = convert::person_creation(request, &call.asker, self.door.limits(), &seal.fresh_id()?)?;
            let done = app.update_person(&call, change.name, change.patch, &change.options).await?;
            Ok(convert::person(done.value, seal.revision(done.revision)?))
        };
        self.door.answer(request, handle).await
    }

    async fn update_person(&self, request: Request<pb::UpdatePersonRequest>) -> Result<Response<pb::Person>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::UpdatePersonRequest| async move {
            let change = convert::person_change(request, &call.asker, self.door.limits())?;
            let done = app.update_person(&call, change.name, change.patch, &change.options).await?;
            Ok(convert::person(done.value, seal.revision(done.revision)?))
        };
        self.door.answer(request, handle).await
    }

    async fn delete_person(
        &self,
        request: Request<pb::DeletePersonRequest>,
    ) -> Result<Response<pb::DeletePersonResponse>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::DeletePersonRequest| async move {
            let removal = convert::person_removal(&request, &call.asker)?;
            let revision = app.delete_person(&call, removal.name, &removal.options).await?;
            Ok(pb::DeletePersonResponse { revision: seal.revision(revision)? })
        };
        self.door.answer(request, handle).await
    }

    async fn get_expertise(&self, request: Request<pb::GetExpertiseRequest>) -> Result<Response<pb::Expertise>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::GetExpertiseRequest| async move {
            let mut faults = Faults::default();
            let name = faults.name::<PersonName>("name", &request.name);
            let wanted = seal.min_revision(&request.min_revision, &mut faults);
            let name = faults.finish(name)?;
            let known = app.get_expertise(&Call { min_revision: wanted.revision()?, ..call }, &name).await?;
            Ok(convert::expertise(known))
        };
        self.door.answer(request, handle).await
    }

    async fn endorse_skill(
        &self,
        request: Request<pb::EndorseSkillRequest>,
    ) -> Result<Response<pb::EndorseSkillResponse>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::EndorseSkillRequest| async move {
            let change = convert::endorsement(&request, &call.asker, self.door.limits())?;
            let revision = app.endorse_skill(&call, &change.name, &change.patch, &change.options).await?;
            Ok(pb::EndorseSkillResponse { revision: seal.revision(revision)? })
        };
        self.door.answer(request, handle).await
    }

    async fn withdraw_endorsement(
        &self,
        request: Request<pb::WithdrawEndorsementRequest>,
    ) -> Result<Response<pb::WithdrawEndorsementResponse>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::WithdrawEndorsementRequest| async move {
            let change = convert::withdrawal(&request, &call.asker, self.door.limits())?;
            let (skill, endorser) = &change.patch;
            let revision = app.withdraw_endorsement(&call, &change.name, skill, endorser.as_ref(), &change.options).await?;
            Ok(pb::WithdrawEndorsementResponse { revision: seal.revision(revision)? })
        };
        self.door.answer(request, handle).await
    }

    async fn link_alias(&self, request: Request<pb::LinkAliasRequest>) -> Result<Response<pb::Person>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::LinkAliasRequest| async move {
            let change = convert::alias_change(&request, &call.asker, self.door.limits())?;
            let (alias, note) = &change.patch;
            let done = app.link_alias(&call, &change.name, alias, note, &change.options).await?;
            Ok(convert::person(done.value, seal.revision(done.revision)?))
        };
        self.door.answer(request, handle).await
    }

    async fn unlink_alias(&self, request: Request<pb::UnlinkAliasRequest>) -> Result<Response<pb::Person>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::UnlinkAliasRequest| async move {
            let change = convert::alias_change(&request, &call.asker, self.door.limits())?;
            let (alias, note) = &change.patch;
            let done = app.unlink_alias(&call, &change.name, alias, note, &change.options).await?;
            Ok(convert::person(done.value, seal.revision(done.revision)?))
        };
        self.door.answer(request, handle).await
    }

    async fn list_alias_links(
        &self,
        request: Request<pb::ListAliasLinksRequest>,
    ) -> Result<Response<pb::ListAliasLinksResponse>, Status> {
        let Door { app, seal, .. } = &self.door;
        let handle = |call: Call, request: pb::ListAliasLinksRequest| async move {
            let mut faults = Faults::default();
            let name = faults.name::<PersonName>("parent", &request.parent);
            let list = Listing::<LinesBefore>::read(request, call, seal, self.door.limits(), faults)?;
            // Nothing is wrong, or the line above would have said so.
            let name = Faults::default().finish(name)?;
            let before = list.after.map_or(0, |LinesBefore(before)| before);
            let page = app.list_alias_links(&list.call, &name, before, list.size).await?;
            let last = LinesBefore(before + page.links.len());
            let next_page_token = list.next_page_token(Some(&last), page.more, seal)?;
            Ok(pb::ListAliasLinksResponse { links: page.links.iter().map(convert::alias_link).collect(), next_page_token })
        };
        self.door.answer(request, handle).await
    }

    async fn import_people(
        &self,
        request: Request<Streaming<pb::ImportPeopleRequest>>,
    ) -> Result<Response<Self::ImportPeopleStream>, Status> {
        import::import::<import::People>(&self.door, request)
    }
}
