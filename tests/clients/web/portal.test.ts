// A portal's client in TypeScript, over gRPC-Web: makes, finds, pages, accepts and deletes.

import assert from "node:assert/strict";
import { test } from "node:test";

import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient, type Interceptor } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-node";

import { Audience_Grant, AudienceSchema } from "./gen/rookery/v1/audience_pb.js";
import { ContentService } from "./gen/rookery/v1/content_service_pb.js";
import { DiscoveryService } from "./gen/rookery/v1/discovery_service_pb.js";
import { type Document, DocumentKind, DocumentSchema, Role, ThreadPlaceSchema } from "./gen/rookery/v1/document_pb.js";

const address = process.env["ROOKERY_ADDRESS"];
assert.ok(address, "ROOKERY_ADDRESS says where Rookery listens");

function as(person: string): Interceptor {
  return (next) => (request) => {
    request.header.set("rookery-as", person);
    return next(request);
  };
}

const transport = createGrpcWebTransport({ baseUrl: `http://${address}`, httpVersion: "1.1", interceptors: [as("people/ada")] });
const content = createClient(ContentService, transport);
const discovery = createClient(DiscoveryService, transport);
const everybody = create(AudienceSchema, { grant: Audience_Grant.ORGANIZATION });

function message(kind: DocumentKind, body: string, person: string, role: Role): Document {
  return create(DocumentSchema, { kind, body, audience: everybody, people: [{ person, role }] });
}

test("a question is asked, answered, found, accepted and deleted", async () => {
  const question = message(DocumentKind.TOPIC, "How do quokkas moor?", "people/ada", Role.ASKER);
  question.title = "Mooring quokkas";
  const topic = await content.createDocument({ document: question });
  assert.match(topic.name, /^documents\/.{16,}$/);

  const reply = message(DocumentKind.REPLY, "Quokkas moor with two lines.", "people/bruno", Role.AUTHOR);
  reply.thread = create(ThreadPlaceSchema, { root: topic.name, parent: topic.name });
  const answer = await content.createDocument({ document: reply });

  const unsolved = await discovery.findDiscussions({ query: "quokkas", minRevision: answer.revision });
  assert.deepEqual(unsolved.discussions.map((hit) => [hit.name, hit.solved]), [[topic.name, false]]);

  const accepted = await content.acceptAnswer({ name: answer.name });
  assert.ok(accepted.accepted);
  const solved = await discovery.findDiscussions({ query: "quokkas", minRevision: accepted.revision });
  assert.deepEqual(solved.discussions.map((hit) => [hit.name, hit.solved]), [[topic.name, true]]);

  await content.deleteDocument({ name: answer.name });
  const gone = await content.deleteDocument({ name: topic.name });
  const none = await discovery.findDiscussions({ query: "quokkas", minRevision: gone.revision });
  assert.deepEqual(none.discussions, []);
});

test("pages follow one another without a gap", async () => {
  const made: string[] = [];
  let minRevision = "";
  for (let number = 0; number < 7; number += 1) {
    const document = await content.createDocument({
      document: message(DocumentKind.POST, `Numbat number ${number}`, "people/ada", Role.AUTHOR),
    });
    made.push(document.name);
    minRevision = document.revision;
  }
  const seen: string[] = [];
  for (let pageToken = ""; ; ) {
    const page = await discovery.findDocuments({ query: "numbat", pageSize: 3, pageToken, minRevision });
    seen.push(...page.documents.map((hit) => hit.document?.name ?? ""));
    pageToken = page.nextPageToken;
    if (pageToken === "") break;
  }
  assert.deepEqual(seen.sort(), made.sort());
  await Promise.all(made.map((name) => content.deleteDocument({ name })));
});

test("an error is typed", async () => {
  await assert.rejects(content.getDocument({ name: "documents/no-such" }), (error: unknown) => {
    assert.equal(ConnectError.from(error).code, Code.NotFound);
    return true;
  });
  await assert.rejects(content.getDocument({ name: "no name" }), (error: unknown) => {
    assert.equal(ConnectError.from(error).code, Code.InvalidArgument);
    return true;
  });
});
