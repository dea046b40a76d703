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
  context    = "production"
  images = {
    gnomon-route   = { name = "registry.example.com/gnomon/gnomon-route", digest = "sha256:1111111111111111111111111111111111111111111111111111111111111111" }
    gnomon-protect = { name = "registry.example.com/gnomon/gnomon-protect", digest = "sha256:1111111111111111111111111111111111111111111111111111111111111111" }
    gnomon-predict = { name = "registry.example.com/gnomon/gnomon-predict", digest = "sha256:1111111111111111111111111111111111111111111111111111111111111111" }
  }
  catalogue = { file = "../../../knative/overlays/kafka/gnomon.yaml", control_store = "s3+https://s3.example.com/west" }
}

run "pins_every_image" {
  command = plan
  assert {
    condition     = alltrue([for function in values(output.functions) : endswith(function.image, "@sha256:1111111111111111111111111111111111111111111111111111111111111111")])
    error_message = join(", ", [for function in values(output.functions) : function.image])
  }
  assert {
    condition     = output.broker.class == "Kafka"
    error_message = output.broker.class
  }
}

run "asks_for_the_secrets_and_holds_none" {
  command = plan
  assert {
    condition     = module.secrets.names == tolist(["gnomon-api-tokens", "gnomon-redis", "gnomon-stores"]) && module.redis.secret.gnomon-redis.url == null
    error_message = "no value of a Secret is known here"
  }
}

run "asks_for_a_secret_of_each_service_where_they_have_keys_of_their_own" {
  command = plan
  variables {
    own_credentials = true
  }
  assert {
    condition     = module.secrets.names == tolist(sort(concat(["gnomon-api-tokens", "gnomon-redis"], [for name in keys(output.functions) : "gnomon-stores-${name}"])))
    error_message = join(", ", module.secrets.names)
  }
  assert {
    condition     = output.credentials == tolist([for name in sort(keys(output.functions)) : "gnomon-stores-${name}"])
    error_message = join(", ", output.credentials)
  }
}

run "refuses_an_image_too_few" {
  command = plan
  variables {
    images = { gnomon-route = {
      name   = "registry.example.com/gnomon/gnomon-route"
      digest = "sha256:1111111111111111111111111111111111111111111111111111111111111111"
    } }
  }
  expect_failures = [var.images]
}

run "refuses_an_image_that_was_not_built" {
  command = plan
  variables {
    images = {
      gnomon-route   = { name = "registry.example.com/gnomon/gnomon-route", digest = "sha256:0000000000000000000000000000000000000000000000000000000000000000" }
      gnomon-protect = { name = "registry.example.com/gnomon/gnomon-protect", digest = "sha256:1111111111111111111111111111111111111111111111111111111111111111" }
      gnomon-predict = { name = "registry.example.com/gnomon/gnomon-predict", digest = "sha256:1111111111111111111111111111111111111111111111111111111111111111" }
    }
  }
  expect_failures = [var.images]
}

run "refuses_to_guess_the_cluster" {
  command = plan
  variables {
    context = ""
  }
  expect_failures = [var.context]
}
