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

mock_provider "kubectl" {
  mock_data "kubectl_server_version" {
    defaults = { version = "1.36.3", major = "1", minor = "36" }
  }
}

variables {
  kubeconfig = "versions.tf" # any file: nobody is asked
}

run "says_what_a_pipeline_needs" {
  command = plan
  assert {
    condition     = output.namespace == "gnomon" && output.broker.url == "http://broker-ingress.knative-eventing.svc.cluster.local/gnomon/gnomon" && output.functions["update"].url == "http://update.gnomon.svc.cluster.local"
    error_message = "namespace, Broker or functions are not said"
  }
  assert {
    condition     = length(output.cell_init_jobs) == 0
    error_message = "no image, no Job"
  }
}

run "prepares_the_stores_with_an_image" {
  command = plan
  variables {
    cell_init_image = { name = "dev.local/gnomon-cli", tag = "sha256-1111111111111111111111111111111111111111111111111111111111111111" }
  }
  assert {
    condition     = startswith(output.cell_init_jobs["all"], "cell-init-")
    error_message = "a Job prepares the stores"
  }
}

run "refuses_a_kubeconfig_that_is_not_there" {
  command = plan
  variables {
    kubeconfig = "/nowhere/config"
  }
  expect_failures = [var.kubeconfig]
}

run "refuses_a_catalogue_that_is_not_there" {
  command = plan
  variables {
    catalogue = { file = "/nowhere/gnomon.yaml", control_store = "s3+https://s3.example.com/west" }
  }
  expect_failures = [var.catalogue]
}
