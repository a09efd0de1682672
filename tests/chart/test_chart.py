"""The chart: what it renders is valid Kubernetes and valid configuration, and wrong values are refused.

`make test` runs this with the pinned tools; HELM names helm, KUBERNETES_VALIDATE the validator, ROOKERY_BIN the program.
"""

import json
import os
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "helm" / "rookery"
HELM = os.environ.get("HELM", str(ROOT / ".tools/bin/helm"))
VALIDATE = os.environ.get("KUBERNETES_VALIDATE", str(ROOT / ".tools/python/bin/kubernetes-validate"))
DEFAULTS = tomllib.loads((ROOT / "src/config/default.toml").read_text())

# The oldest that the chart admits and the newest that the validator knows.
KUBERNETES = ["1.27", "1.37"]

SOME_OF_EVERYTHING = {
    "image": {"repository": "example/rookery", "tag": "1", "pullPolicy": "Always"},
    "imagePullSecrets": [{"name": "pull"}],
    "fullnameOverride": "a-name-that-is-far-too-long-for-a-stateful-set-and-is-cut-therefore",
    "service": {"type": "LoadBalancer", "port": 443, "annotations": {"a": "b"}},
    "persistence": {"size": "1Ti", "storageClass": "fast", "accessMode": "ReadWriteOncePod"},
    "resources": {"limits": {"memory": "1Gi"}},
    "podAnnotations": {"a": "b"},
    "podLabels": {"a": "b"},
    "nodeSelector": {"disk": "ssd"},
    "tolerations": [{"key": "a", "operator": "Exists"}],
    "affinity": {"nodeAffinity": {}},
}


def helm(*arguments, values=None):
    """Runs `helm template` with values as one would write them in a file."""
    return subprocess.run(
        [HELM, "template", "release", str(CHART), "--namespace", "place", "--kube-version", "1.37.0", *arguments]
        + (["--values", "-"] if values is not None else []),
        input=json.dumps(values) if values is not None else None,
        capture_output=True,
        text=True,
        check=False,
    )


def render(*arguments, values=None):
    done = helm(*arguments, values=values)
    assert done.returncode == 0, done.stderr
    return [manifest for manifest in yaml.safe_load_all(done.stdout) if manifest]


def one(manifests, kind):
    found = [manifest for manifest in manifests if manifest["kind"] == kind]
    assert len(found) == 1
    return found[0]


def configuration(manifests):
    return one(manifests, "ConfigMap")["data"]["rookery.toml"]


def all_keys_as_values():
    """Every key of default.toml as a value of the chart, changed where the chart needs it."""
    config = json.loads(json.dumps(DEFAULTS))
    config["server"] |= {"listen": "[::]:6000", "health_listen": "0.0.0.0:6001"}
    config["storage"]["data_dir"] = "/srv/rookery/data"
    config["web"]["cors_allow_origins"] = ["https://a.example", "https://b.example"]
    return config


@pytest.mark.parametrize("values", [{}, SOME_OF_EVERYTHING, {"config": all_keys_as_values()}], ids=["defaults", "some of everything", "every key"])
def test_what_is_rendered_is_valid(values, tmp_path):
    rendered = tmp_path / "rendered.yaml"
    rendered.write_text(yaml.safe_dump_all(render(values=values)))
    for version in KUBERNETES:
        done = subprocess.run([VALIDATE, "--strict", "-k", version, str(rendered)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_lint_is_silent():
    done = subprocess.run([HELM, "lint", "--strict", "--quiet", str(CHART)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_key_reaches_the_program_as_it_was_typed():
    config = all_keys_as_values()
    assert tomllib.loads(configuration(render(values={"config": config}))) == config


@pytest.mark.skipif("ROOKERY_BIN" not in os.environ, reason="needs the program: set ROOKERY_BIN")
@pytest.mark.parametrize("values", [{}, {"config": all_keys_as_values()}], ids=["defaults", "every key"])
def test_the_program_takes_the_rendered_configuration(values, tmp_path):
    file = tmp_path / "rookery.toml"
    file.write_text(configuration(render(values=values)))
    done = subprocess.run([os.environ["ROOKERY_BIN"], "config", "check", "--config", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_ports_and_the_volume_follow_the_configuration():
    container = one(render(values={"config": all_keys_as_values()}), "StatefulSet")["spec"]["template"]["spec"]["containers"][0]
    assert {port["name"]: port["containerPort"] for port in container["ports"]} == {"grpc": 6000, "health": 6001}
    for probe in ["startupProbe", "readinessProbe", "livenessProbe"]:
        assert container[probe]["grpc"] == {"port": 6001}
    assert container["startupProbe"]["periodSeconds"] * container["startupProbe"]["failureThreshold"] >= 600
    assert [mount["mountPath"] for mount in container["volumeMounts"]] == ["/etc/rookery", "/srv/rookery"]


def test_pods_are_restricted():
    pod = one(render(), "StatefulSet")["spec"]["template"]["spec"]
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["containers"][0]["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def test_data_outlives_the_release():
    spec = one(render(), "StatefulSet")["spec"]
    assert spec["replicas"] == 1
    assert spec["persistentVolumeClaimRetentionPolicy"] == {"whenDeleted": "Retain", "whenScaled": "Retain"}


def test_a_changed_key_restarts_the_pod_and_nothing_else_does():
    def checksum(values):
        return one(render(values=values), "StatefulSet")["spec"]["template"]["metadata"]["annotations"]["checksum/config"]

    assert checksum({}) == checksum({"service": {"port": 1}})
    assert checksum({}) != checksum({"config": {"index": {"search_threads": 3}}})


def test_a_configuration_for_one_machine_is_kept_off_the_chart():
    config = tomllib.loads(configuration(render()))
    assert config["server"]["listen"].startswith("0.0.0.0:"), "development mode would be on"


@pytest.mark.parametrize(
    "values",
    [
        {"replicas": 2},
        {"replica": 1},
        {"image": {"repository": ""}},
        {"image": {"name": "x"}},
        {"service": {"port": 0}},
        {"service": {"port": "50051"}},
        {"persistence": {"size": "10"}},
        {"persistence": {"accessMode": "ReadWriteMany"}},
        {"terminationGracePeriodSeconds": 0},
        {"config": {"servers": {}}},
        {"config": {"server": {"port": 1}}},
        {"config": {"server": {"listen": "0.0.0.0"}}},
        {"config": {"server": {"listen": "0.0.0.0:0"}}},
        {"config": {"server": {"listen": "rookery:50051"}}},
        {"config": {"server": {"health_listen": ""}}},
        {"config": {"server": {"development": True}}},
        {"config": {"server": {"drain_delay": 5}}},
        {"config": {"server": {"drain_delay": "-5s"}}},
        {"config": {"server": {"limits": {"max_connections": 0}}}},
        {"config": {"server": {"limits": {"max_connections": 1.5}}}},
        {"config": {"server": {"limits": {"max_request_bytes": "4MB"}}}},
        {"config": {"storage": {"data_dir": "relative/path"}}},
        {"config": {"storage": {"data_dir": "/root-of-the-volume"}}},
        {"config": {"index": {"deleted_ratio_before_merge": 2}}},
        {"config": {"text": {"languages": []}}},
        {"config": {"text": {"default_language": "ja"}}},
        {"config": {"log": {"format": "xml"}}},
        {"config": {"web": {"cors_allow_origins": "*"}}},
    ],
    ids=json.dumps,
)
def test_wrong_values_are_refused(values):
    done = helm(values=values)
    assert done.returncode != 0, done.stdout
    assert "values don't meet the specifications of the schema" in done.stderr, done.stderr
