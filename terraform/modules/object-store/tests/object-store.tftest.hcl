# Rendered by the real provider; no cluster is asked.
provider "kustomization" {
  kubeconfig_raw = <<-YAML
    apiVersion: v1
    kind: Config
    clusters: [{name: none, cluster: {server: "https://127.0.0.1:1"}}]
    users: [{name: none, user: {}}]
    contexts: [{name: none, context: {cluster: none, user: none}}]
    current-context: none
  YAML
}

variables {
  namespace  = "gnomon"
  catalogue  = "gnomon-catalogue-0123456789"
  kubeconfig = "/dev/null"
  image = {
    name   = "registry.example.com/gnomon-cli"
    digest = "sha256:1111111111111111111111111111111111111111111111111111111111111111"
  }
}

run "one_job_prepares_all_cells" {
  command = plan
  assert {
    condition     = jsondecode(one(values(kustomization_resource.job)).manifest).spec.template.spec.containers[0].args == ["cell", "init", "--config", "/etc/gnomon/gnomon.yaml"]
    error_message = one(values(kustomization_resource.job)).manifest
  }
  assert {
    condition     = jsondecode(one(values(kustomization_resource.job)).manifest).spec.template.spec.volumes[0].configMap.name == "gnomon-catalogue-0123456789"
    error_message = "the Job reads the catalogue that the functions read"
  }
  assert {
    condition     = endswith(jsondecode(one(values(kustomization_resource.job)).manifest).spec.template.spec.containers[0].image, "gnomon-cli@sha256:1111111111111111111111111111111111111111111111111111111111111111")
    error_message = "the image is pinned"
  }
}

run "cells_that_are_named_have_a_job_each" {
  command = plan
  variables {
    cells = ["west", "east"]
  }
  assert {
    condition     = keys(output.jobs) == ["east", "west"] && output.jobs["east"] != output.jobs["west"]
    error_message = "a Job can't be changed, so each task has a name of its own"
  }
  assert {
    condition     = jsondecode(kustomization_resource.job["west"].manifest).spec.template.spec.containers[0].args == ["cell", "init", "--config", "/etc/gnomon/gnomon.yaml", "--cell", "west"]
    error_message = kustomization_resource.job["west"].manifest
  }
}

run "waits_only_if_told" {
  command = plan
  variables {
    wait = 0
  }
  assert {
    condition     = length(terraform_data.prepared) == 0
    error_message = "nobody waits"
  }
}

run "refuses_a_tag_that_may_move" {
  command = plan
  variables {
    image = { name = "registry.example.com/gnomon-cli", tag = "latest" }
  }
  expect_failures = [var.image]
}

run "refuses_a_cell_twice" {
  command = plan
  variables {
    cells = ["west", "west"]
  }
  expect_failures = [var.cells]
}

run "refuses_another_namespace" {
  command = plan
  variables {
    namespace = "elsewhere"
  }
  expect_failures = [kustomization_resource.job]
}
