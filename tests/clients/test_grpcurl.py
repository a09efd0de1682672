"""The lines that the demo prints work as they stand."""

import json
import os
import pathlib
import shlex
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def lines_of(demo):
    return [line for line in demo.printed if line.startswith("grpcurl ")]


def run(line):
    environment = os.environ | {"PATH": f"{ROOT / '.tools' / 'bin'}:{os.environ['PATH']}"}
    return subprocess.run(shlex.split(line), capture_output=True, text=True, env=environment, timeout=60)


def test_every_printed_line_works(demo):
    lines = lines_of(demo)
    assert len(lines) >= 5
    for line in lines:
        done = run(line)
        assert done.returncode == 0, f"{line}\n{done.stderr}"
        assert done.stdout.strip(), line


def test_signing_in_shows_more(demo):
    search = [line for line in lines_of(demo) if line.endswith("DiscoveryService/Search")]
    signed_in = next(json.loads(run(line).stdout) for line in search if "rookery-as" in line)
    anonymous = next(json.loads(run(line).stdout) for line in search if "rookery-as" not in line)
    assert signed_in["documents"], signed_in
    names = {hit["document"]["name"] for hit in signed_in["documents"]}
    grants = [hit["document"]["audience"]["grant"] for hit in anonymous.get("documents", [])]
    assert all(grant == "GRANT_WORLD" for grant in grants)
    assert names != {hit["document"]["name"] for hit in anonymous.get("documents", [])}


def test_access_is_explained(demo):
    line = next(line for line in lines_of(demo) if line.endswith("ContentService/CheckAccess"))
    told = json.loads(run(line).stdout)
    assert not told.get("allowed", False), told
    assert ["people/ingrid"] in [check.get("deniedBy") for check in told["checks"]], told
