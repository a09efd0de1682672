"""A client of another toolchain: reads, writes, imports, checks health and reflects."""

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

ADA = (("rookery-as", "people/ada"),)


@pytest.fixture(scope="session")
def discovery(channel, stubs):
    return stubs("discovery_service_pb2_grpc").DiscoveryServiceStub(channel)


@pytest.fixture(scope="session")
def content(channel, stubs):
    return stubs("content_service_pb2_grpc").ContentServiceStub(channel)


def test_experts_come_with_evidence_that_adds_up(discovery, stubs):
    requests = stubs("discovery_service_pb2")
    answer = discovery.FindExperts(requests.FindExpertsRequest(query="grpc deadlines"), metadata=ADA)
    assert answer.experts, "the sample organisation knows about gRPC"
    for hit in answer.experts:
        listed = sum(evidence.contribution for evidence in hit.evidence)
        assert listed + hit.other_contribution == pytest.approx(hit.score, rel=1e-6)
        assert 0 <= hit.relevance <= 1 and hit.reasons and hit.evidence


def test_a_document_is_made_found_and_deleted(content, discovery, stubs):
    services, documents, audiences = stubs("content_service_pb2"), stubs("document_pb2"), stubs("audience_pb2")
    document = documents.Document(
        name="documents/from-python",
        kind=documents.DOCUMENT_KIND_PAGE,
        title="Serpentine",
        body="A page about *zyzzyva* weevils.",
        audience=audiences.Audience(grant=audiences.Audience.GRANT_ORGANIZATION),
    )
    made = content.UpdateDocument(services.UpdateDocumentRequest(document=document, allow_missing=True), metadata=ADA)
    assert made.etag and made.revision
    find = stubs("discovery_service_pb2").FindDocumentsRequest(query="zyzzyva", min_revision=made.revision)
    found = discovery.FindDocuments(find, metadata=ADA)
    assert [hit.document.name for hit in found.documents] == ["documents/from-python"]
    snippet = found.documents[0].snippet
    assert [snippet.text[range.start : range.end] for range in snippet.highlights] == ["zyzzyva"]
    assert not discovery.FindDocuments(find).documents, "anonymous sees nothing of the organisation's"
    gone = content.DeleteDocument(services.DeleteDocumentRequest(name=made.name, etag=made.etag), metadata=ADA)
    assert gone.revision
    with pytest.raises(grpc.RpcError) as missing:
        content.GetDocument(services.GetDocumentRequest(name=made.name), metadata=ADA)
    assert missing.value.code() == grpc.StatusCode.NOT_FOUND


@pytest.fixture(scope="session")
def create(content, stubs):
    """Makes a document of the organisation, under a name of the server's."""
    documents, audiences, requests = stubs("document_pb2"), stubs("audience_pb2"), stubs("content_pb2")

    def create(kind, role, body, person="people/ada", **fields):
        document = documents.Document(
            kind=documents.DocumentKind.Value(f"DOCUMENT_KIND_{kind}"),
            body=body,
            people=[documents.Participation(person=person, role=documents.Role.Value(f"ROLE_{role}"))],
            audience=audiences.Audience(grant=audiences.Audience.GRANT_ORGANIZATION),
            **fields,
        )
        return content.CreateDocument(requests.CreateDocumentRequest(document=document), metadata=ADA)

    return create


@pytest.fixture(scope="session")
def delete(content, stubs):
    """Deletes documents, and tells the revision from which on they are gone."""
    request = stubs("content_service_pb2").DeleteDocumentRequest
    return lambda names: [content.DeleteDocument(request(name=name), metadata=ADA).revision for name in names][-1]


def test_a_question_is_asked_answered_found_accepted_and_deleted(content, discovery, create, delete, stubs):
    documents, finding = stubs("document_pb2"), stubs("discovery_service_pb2")
    topic = create("TOPIC", "ASKER", "With how many lines?", title="Mooring a wombat")
    assert len(topic.name) > len("documents/") + 16, "the server's names cannot be guessed"
    place = documents.ThreadPlace(root=topic.name, parent=topic.name)
    answer = create("REPLY", "AUTHOR", "A wombat takes two.", "people/fiona", thread=place)

    def found(revision, **fields):
        asked = finding.FindDiscussionsRequest(query="wombat", min_revision=revision, include_total=True, people_wanted=5, **fields)
        return discovery.FindDiscussions(asked, metadata=ADA)

    unsolved = found(answer.revision, state=finding.DISCUSSION_STATE_UNSOLVED)
    assert [hit.name for hit in unsolved.discussions] == [topic.name]
    hit = unsolved.discussions[0]
    assert (hit.message_count, hit.match_count, hit.solved, unsolved.total.count) == (2, 2, False, 1)
    assert {person.name for person in hit.participants} == {"people/ada", "people/fiona"}
    assert len(unsolved.people) == 1, "who wrote the message that matches best"

    accept = stubs("content_pb2").AcceptAnswerRequest(name=answer.name, etag=answer.etag)
    accepted = content.AcceptAnswer(accept, metadata=ADA)
    assert accepted.accepted and [person.role for person in accepted.people] == [documents.ROLE_ANSWERER]
    assert not found(accepted.revision, state=finding.DISCUSSION_STATE_UNSOLVED).discussions
    solved = found(accepted.revision, state=finding.DISCUSSION_STATE_SOLVED).discussions
    assert [(hit.name, hit.solved, hit.accepted_answer) for hit in solved] == [(topic.name, True, answer.name)]

    assert not found(delete([answer.name, topic.name])).discussions


def test_pages_follow_one_another_without_gap_or_duplicate(discovery, create, delete, stubs):
    finding = stubs("discovery_service_pb2")
    topics = [create("TOPIC", "ASKER", f"Bilby {number}?", title="A bilby") for number in range(5)]
    posts = [create("POST", "AUTHOR", f"Bilby {number}") for number in range(5)]

    def walked(method, request, names):
        seen, token = [], ""
        while True:
            page = method(request(query="bilby", page_size=2, page_token=token, min_revision=posts[-1].revision), metadata=ADA)
            seen += names(page)
            token = page.next_page_token
            if not token:
                return sorted(seen)

    def documents_of(page):
        return [hit.document.name for hit in page.documents]

    def discussions_of(page):
        return [hit.name for hit in page.discussions]

    both = sorted(document.name for document in topics + posts)
    assert walked(discovery.FindDocuments, finding.FindDocumentsRequest, documents_of) == both
    assert walked(discovery.FindDiscussions, finding.FindDiscussionsRequest, discussions_of) == sorted(topic.name for topic in topics)
    delete(both)


def test_an_import_answers_every_item_and_ends_with_a_summary(content, stubs):
    services, documents, audiences = stubs("content_service_pb2"), stubs("document_pb2"), stubs("audience_pb2")

    def item(sequence, name):
        document = documents.Document(
            name=name,
            kind=documents.DOCUMENT_KIND_POST,
            body="imported",
            audience=audiences.Audience(grant=audiences.Audience.GRANT_WORLD),
        )
        return services.ImportDocumentsRequest(item=services.ImportDocumentsItem(sequence=sequence, document=document))

    items = [item(1, "documents/python-1"), item(2, "documents/not a name"), item(3, "documents/python-3")]
    answers = list(content.ImportDocuments(iter(items), metadata=ADA))
    results = [answer.result for answer in answers if answer.HasField("result")]
    assert [result.sequence for result in results] == [1, 2, 3]
    assert [bool(result.error.message) for result in results] == [False, True, False]
    summary = answers[-1].summary
    assert (summary.created, summary.failed) == (2, 1)


def test_every_wrong_field_is_named(content, stubs):
    services, documents = stubs("content_service_pb2"), stubs("document_pb2")
    document = documents.Document(name="documents/a b", kind=99, people=[documents.Participation(person="ada")])
    with pytest.raises(grpc.RpcError) as refused:
        content.UpdateDocument(services.UpdateDocumentRequest(document=document, allow_missing=True), metadata=ADA)
    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT


def test_health_is_told_by_service(channel):
    health = health_pb2_grpc.HealthStub(channel)
    for service in ["", "rookery.v1.DiscoveryService", "rookery.v1.ContentService"]:
        status = health.Check(health_pb2.HealthCheckRequest(service=service)).status
        assert status == health_pb2.HealthCheckResponse.SERVING
    watch = health.Watch(health_pb2.HealthCheckRequest(service=""))
    assert next(watch).status == health_pb2.HealthCheckResponse.SERVING
    watch.cancel()


def test_services_are_reflected(channel):
    services = set(ProtoReflectionDescriptorDatabase(channel).get_services())
    assert {"rookery.v1.DiscoveryService", "rookery.v1.AdminService", "grpc.health.v1.Health"} <= services
