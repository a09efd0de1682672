"""A client in TypeScript, generated from the protos, type-checked, and run over gRPC-Web."""

import os
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = pathlib.Path(__file__).resolve().parent / "web"
TOOLS = pathlib.Path(os.environ.get("ROOKERY_TOOLS", ROOT / ".tools")).resolve()
MODULES = TOOLS / "web" / "node_modules"


def run(folder, *command, **environment):
    path = f"{MODULES / '.bin'}:{TOOLS / 'bin'}:{os.environ['PATH']}"
    done = subprocess.run(
        command, cwd=folder, env=os.environ | {"PATH": path} | environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_a_portal_written_in_typescript_works(demo, tmp_path):
    folder = tmp_path / "web"
    shutil.copytree(SOURCES, folder)
    (folder / "node_modules").symlink_to(MODULES)
    run(folder, "buf", "generate", ROOT / "proto")
    run(folder, "tsc")
    told = run(folder, "node", "--test", "out/portal.test.js", ROOKERY_ADDRESS=demo.address)
    assert "# fail 0" in told and "# pass 0" not in told, told
