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
  namespace = "gnomon"
}

run "one_that_exists_is_found_by_its_secret" {
  command = plan
  assert {
    condition     = length(kustomization_resource.redis) == 0 && output.secret.gnomon-redis.url == null
    error_message = "nothing is made, and the URL is asked for"
  }
}

run "one_in_the_cluster_is_the_one_of_the_manifests" {
  command = plan
  variables {
    mode = "in-cluster"
  }
  assert {
    condition     = contains(keys(kustomization_resource.redis), "apps/Deployment/gnomon/redis") && output.secret.gnomon-redis.url == "redis://redis.gnomon.svc:6379"
    error_message = join(", ", keys(kustomization_resource.redis))
  }
}

run "refuses_a_password_in_the_address" {
  command = plan
  variables {
    address = "redis://:hunter2@redis.example.com:6379"
  }
  expect_failures = [var.address]
}

run "refuses_an_address_of_something_else" {
  command = plan
  variables {
    address = "http://redis.example.com"
  }
  expect_failures = [var.address]
}

run "refuses_an_address_beside_its_own" {
  command = plan
  variables {
    mode    = "in-cluster"
    address = "redis://redis.example.com:6379"
  }
  expect_failures = [var.address]
}

run "refuses_another_mode" {
  command = plan
  variables {
    mode = "cluster"
  }
  expect_failures = [var.mode]
}
