"""The walk through the API in docs/api.md works from top to bottom, and misses no method."""

import json
import os
import pathlib
import re
import subprocess

import grpc
import pytest
from conftest import ROOT, Demo

PAGE = ROOT / "docs" / "api.md"
TOOLS = pathlib.Path(os.environ.get("ROOKERY_TOOLS", ROOT / ".tools")).resolve()
FENCE = re.compile(r"^```(\w+)(?: fails ([A-Z_]+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CALLED = re.compile(r"\b(rookery\.v1\.\w+/\w+)")

# Tells which command failed, wherever it stands.
PROLOGUE = "set -Eeuo pipefail\ntold() { echo \"this command failed: $BASH_COMMAND\"; }\ntrap told ERR\n"


class Block:
    """A block of commands, with the code with which it is meant to fail."""

    def __init__(self, found):
        self.language, self.code, self.text = found.groups()
        before = PAGE.read_text()[: found.start()]
        self.line = before.count("\n") + 1
        self.sentence = before.rstrip().rsplit("\n", 1)[-1]

    def script(self):
        head = f"echo '== line {self.line}'\n"
        if self.code is None:
            return head + self.text
        # grpcurl ends with 64 more than the number of the code.
        wanted = 64 + grpc.StatusCode[self.code].value[0]
        lost = f"{{ echo \"{self.code} was announced, {wanted}; the block ended with $status\"; exit 1; }}"
        return f"{head}set +e; trap - ERR\n{self.text}status=$?; set -e; trap told ERR\n[[ $status == {wanted} ]] || {lost}\n"


BLOCKS = [Block(found) for found in FENCE.finditer(PAGE.read_text())]
COMMANDS = [block for block in BLOCKS if block.language == "sh"]


@pytest.fixture(scope="module")
def demo():
    """One for the walk alone: what other tests write is none of its business."""
    running = Demo()
    yield running
    assert running.stop() == 0


def test_every_command_does_what_the_page_says(demo):
    script = PROLOGUE + "".join(block.script() for block in COMMANDS).replace("127.0.0.1:50051", demo.address)
    environment = os.environ | {"PATH": f"{TOOLS / 'bin'}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-c", script], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env=environment, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, f"{PAGE.name}, {done.stdout.rsplit('== ', 1)[-1]}"
    assert done.stdout.count("== line ") == len(COMMANDS)


def test_the_sentence_before_a_failing_block_names_the_code():
    failing = [block for block in COMMANDS if block.code]
    assert len(failing) >= 10
    assert [block.line for block in failing if block.code not in block.sentence] == []


def test_the_walk_misses_no_method(stubs):
    methods = set()
    for path in (ROOT / "proto" / "rookery" / "v1").glob("*_service.proto"):
        for service in stubs(f"{path.stem}_pb2").DESCRIPTOR.services_by_name.values():
            methods |= {f"{service.full_name}/{method.name}" for method in service.methods}
    assert methods, "the protos have services"
    assert methods == {method for block in COMMANDS for method in CALLED.findall(block.text)}


def test_the_service_config_is_one_that_a_client_takes(demo, stubs):
    told = next(block.text for block in BLOCKS if block.language == "json")
    for name in json.loads(told)["methodConfig"][0]["name"]:
        module, service = re.fullmatch(r"rookery\.v1\.((\w+)Service)", name["service"]).group(2, 1)
        assert service in stubs(f"{module.lower()}_service_pb2").DESCRIPTOR.services_by_name
    with grpc.insecure_channel(demo.address, options=[("grpc.service_config", told)]) as channel:
        admin = stubs("admin_service_pb2_grpc").AdminServiceStub(channel)
        assert admin.GetLimits(stubs("admin_service_pb2").GetLimitsRequest()).page_size_max > 0
