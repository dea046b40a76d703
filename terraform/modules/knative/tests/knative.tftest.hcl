mock_provider "kubectl" {
  mock_data "kubectl_server_version" {
    defaults = { version = "1.36.3", major = "1", minor = "36" }
  }
  mock_data "kubectl_file_documents" {
    defaults = { manifests = { "/api/v1/namespaces/knative-operator" = "apiVersion: v1\nkind: Namespace\nmetadata: {name: knative-operator}\n" } }
  }
}

variables {
  kubeconfig = "/dev/null"
}

run "looks_for_every_definition" {
  command = plan
  assert {
    condition     = toset(keys(terraform_data.definitions)) == var.definitions && length(kubectl_manifest.installation) == 0
    error_message = "existing looks and installs nothing"
  }
}

run "the_operator_installs_both" {
  command = plan
  variables {
    mode              = "operator"
    operator_manifest = "tests/operator.yaml"
  }
  assert {
    condition     = keys(kubectl_manifest.installation) == ["KnativeEventing", "KnativeServing"] && length(kubectl_manifest.operator) == 1
    error_message = join(", ", keys(kubectl_manifest.installation))
  }
}

run "refuses_an_operator_without_its_file" {
  command = plan
  variables {
    mode = "operator"
  }
  expect_failures = [var.operator_manifest]
}

run "refuses_another_mode" {
  command = plan
  variables {
    mode = "helm"
  }
  expect_failures = [var.mode]
}

run "refuses_an_old_cluster" {
  command = plan
  override_data {
    target = data.kubectl_server_version.cluster
    values = { version = "1.30.1", major = "1", minor = "30" }
  }
  expect_failures = [data.kubectl_server_version.cluster]
}

run "refuses_what_is_no_name_of_a_definition" {
  command = plan
  variables {
    definitions = ["brokers"]
  }
  expect_failures = [var.definitions]
}
