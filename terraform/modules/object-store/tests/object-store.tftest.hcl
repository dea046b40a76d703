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

run "other_cells_are_another_job" {
  command = plan
  variables {
    cells = ["west"]
  }
  assert {
    condition     = output.job != "cell-init-${substr(sha256(jsonencode([[], var.image, var.catalogue])), 0, 10)}" && strcontains(one(values(kustomization_resource.job)).manifest, "\"--cell\",\"west\"")
    error_message = "a Job can't be changed, so it has another name"
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
