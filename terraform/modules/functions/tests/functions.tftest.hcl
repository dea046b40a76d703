# The overlays are rendered by the real provider; the cluster is not there, so nothing is tried on one.
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

mock_provider "kubectl" {}

variables {
  overlay = "overlays/minikube"
}

run "takes_the_overlay_as_it_is" {
  command = plan
  assert {
    condition     = output.namespace == "gnomon" && output.broker.class == "MTChannelBasedBroker"
    error_message = "namespace ${output.namespace}, class ${output.broker.class}"
  }
  assert {
    condition     = output.broker.url == "http://broker-ingress.knative-eventing.svc.cluster.local/gnomon/gnomon"
    error_message = output.broker.url
  }
  assert {
    condition     = length(setsubtract(["update", "shadow", "rollback", "telemetry", "webhooks", "notify", "route"], keys(output.functions))) == 0
    error_message = join(", ", keys(output.functions))
  }
  assert {
    condition     = [for name, function in output.functions : name if !function.cluster_local] == ["webhooks"]
    error_message = "only webhooks is reached from outside"
  }
  assert {
    condition     = output.functions["rollback"].min_scale >= 1 && output.functions["route"].min_scale >= 1
    error_message = "rollback and route keep a pod"
  }
  assert {
    condition = length(output.objects) == sum([
      length(kustomization_resource.first), length(kustomization_resource.second), length(kubectl_manifest.catalogue),
      length(kustomization_resource.then), length(kustomization_resource.last),
    ])
    error_message = "every object of the overlay is planned, once"
  }
  assert {
    condition     = alltrue([for id in output.objects : !startswith(id, "_/Secret/")])
    error_message = "no Secret is in the state"
  }
  assert {
    condition     = contains(keys(kustomization_resource.second), "_/ServiceAccount/gnomon/rollback")
    error_message = "ServiceAccounts come before the Services that need them"
  }
}

run "takes_kafka_for_production" {
  command = plan
  variables {
    overlay = "overlays/production"
  }
  assert {
    condition     = output.broker.class == "Kafka" && output.broker.url == "http://kafka-broker-ingress.knative-eventing.svc.cluster.local/gnomon/gnomon"
    error_message = "class ${output.broker.class}, ${output.broker.url}"
  }
  assert {
    condition     = output.functions["rollback"].min_scale >= 2
    error_message = "a node may go and a rollback still begins"
  }
}

run "puts_a_setting_into_its_service_and_no_other" {
  command = plan
  variables {
    settings = { rollback = { "gnomon.protect.step-budget" = "PT30S" } }
  }
  assert {
    condition = [for name, value in {
      for id, manifest in data.kustomization_overlay.functions.manifests : id => manifest if startswith(id, "serving.knative.dev/")
    } : name if strcontains(value, "\"name\":\"GNOMON_PROTECT_STEP_BUDGET\",\"value\":\"PT30S\"")] == ["serving.knative.dev/Service/gnomon/rollback"]
    error_message = "GNOMON_PROTECT_STEP_BUDGET stands in rollback alone"
  }
}

run "shares_the_keys_to_the_stores_if_nothing_else_is_said" {
  command = plan
  assert {
    condition     = output.credentials == tolist(["gnomon-stores"])
    error_message = join(", ", output.credentials)
  }
}

run "gives_each_service_keys_of_its_own_beside_its_settings" {
  command = plan
  variables {
    overlay         = "overlays/production"
    own_credentials = true
    settings        = { rollback = { "gnomon.protect.step-budget" = "PT30S" } }
  }
  assert {
    condition     = output.credentials == sort([for name in keys(output.functions) : "gnomon-stores-${name}"])
    error_message = join(", ", output.credentials)
  }
  assert {
    condition     = strcontains(data.kustomization_overlay.functions.manifests["serving.knative.dev/Service/gnomon/rollback"], "\"name\":\"GNOMON_PROTECT_STEP_BUDGET\",\"value\":\"PT30S\"")
    error_message = "the setting is not there"
  }
  assert {
    condition     = !anytrue([for manifest in values(data.kustomization_overlay.functions.manifests) : strcontains(manifest, "\"name\":\"gnomon-stores\"")])
    error_message = "nobody asks for the keys of all"
  }
}

run "puts_images_scale_and_catalogue_in" {
  command = plan
  variables {
    images = { gnomon-protect = {
      name   = "registry.example.com/team/gnomon-protect"
      digest = "sha256:1111111111111111111111111111111111111111111111111111111111111111"
    } }
    scale = { rollback = { min = 3, max = 40 } }
    catalogue = {
      yaml          = "cells: [{name: west, store: 's3+https://s3.example.com/west'}]\n"
      control_store = "s3+https://s3.example.com/west"
    }
  }
  assert {
    condition     = output.functions["rollback"].image == "registry.example.com/team/gnomon-protect@sha256:1111111111111111111111111111111111111111111111111111111111111111"
    error_message = output.functions["rollback"].image
  }
  assert {
    condition     = !strcontains(output.functions["route"].image, "registry.example.com/team")
    error_message = output.functions["route"].image
  }
  assert {
    condition     = output.functions["rollback"].min_scale == 3
    error_message = "rollback keeps ${output.functions["rollback"].min_scale} pods"
  }
  assert {
    condition = one([for manifest in values(local.manifests) : manifest.data if manifest.kind == "ConfigMap" && startswith(manifest.metadata.name, "gnomon-catalogue")]) == {
      "gnomon.yaml"   = "cells: [{name: west, store: 's3+https://s3.example.com/west'}]\n"
      "control-store" = "s3+https://s3.example.com/west"
    }
    error_message = "there is one catalogue, the one that was given"
  }
  assert {
    condition     = strcontains(data.kustomization_overlay.functions.manifests["serving.knative.dev/Service/gnomon/rollback"], output.catalogue)
    error_message = "rollback mounts ${output.catalogue}"
  }
}

run "refuses_a_service_that_is_not_there" {
  command = plan
  variables {
    settings = { rolback = { "gnomon.protect.patience" = "PT20M" } }
  }
  expect_failures = [data.kustomization_overlay.functions]
}

run "refuses_an_overlay_that_is_not_there" {
  command = plan
  variables {
    overlay = "overlays/nowhere"
  }
  expect_failures = [var.overlay]
}

run "refuses_a_tag_that_may_move" {
  command = plan
  variables {
    images = { gnomon-route = { name = "registry.example.com/gnomon-route", tag = "latest" } }
  }
  expect_failures = [var.images]
}

run "refuses_an_image_without_any_pin" {
  command = plan
  variables {
    images = { gnomon-route = { name = "registry.example.com/gnomon-route" } }
  }
  expect_failures = [var.images]
}

run "refuses_a_digest_in_the_name" {
  command = plan
  variables {
    images = { gnomon-route = {
      name   = "registry.example.com/gnomon-route:1.0"
      digest = "sha256:1111111111111111111111111111111111111111111111111111111111111111"
    } }
  }
  expect_failures = [var.images]
}

run "refuses_an_unknown_image" {
  command = plan
  variables {
    images = { gnomon-rout = {
      name   = "registry.example.com/gnomon-route"
      digest = "sha256:1111111111111111111111111111111111111111111111111111111111111111"
    } }
  }
  expect_failures = [var.images]
}

run "refuses_a_key_in_clear" {
  command = plan
  variables {
    settings = { route = { "gnomon.route.secret-key" = "hunter2hunter2hunter2" } }
  }
  expect_failures = [var.settings]
}

run "takes_the_place_where_a_token_stands" {
  command = plan
  variables {
    settings = { shadow = { "gnomon.protect.notification-token" = "env:NOTIFICATION_TOKEN" } }
  }
}

run "gives_a_variable_once_also_where_the_overlay_has_it" {
  command = plan
  variables {
    settings = { shadow = { "gnomon.protect.takes-dead-letters" = "true", "gnomon.protect.patience" = "PT20M" } }
  }
  assert {
    condition = [
      for variable in jsondecode(data.kustomization_overlay.functions.manifests["serving.knative.dev/Service/gnomon/shadow"]).spec.template.spec.containers[0].env : variable.value
      if contains(["GNOMON_PROTECT_TAKES_DEAD_LETTERS", "GNOMON_PROTECT_PATIENCE"], variable.name)
    ] == ["true", "PT20M"]
    error_message = "the overlay says false of the first, and nothing of the second"
  }
}

run "refuses_a_setting_that_is_no_name_of_one" {
  command = plan
  variables {
    settings = { route = { "GNOMON_ROUTE_VERIFY_EVERY" = "PT5S" } }
  }
  expect_failures = [var.settings]
}

run "refuses_a_rollback_that_would_start_cold" {
  command = plan
  variables {
    scale = { rollback = { min = 0 } }
  }
  expect_failures = [var.scale]
}

run "refuses_less_at_most_than_at_least" {
  command = plan
  variables {
    scale = { shadow = { min = 5, max = 2 } }
  }
  expect_failures = [var.scale]
}

run "refuses_half_a_pod" {
  command = plan
  variables {
    scale = { shadow = { max = 2.5 } }
  }
  expect_failures = [var.scale]
}

run "refuses_a_catalogue_that_is_none" {
  command = plan
  variables {
    catalogue = { yaml = "resources: []", control_store = "s3+https://s3.example.com/west" }
  }
  expect_failures = [var.catalogue]
}

run "refuses_a_control_store_with_its_keys" {
  command = plan
  variables {
    catalogue = { yaml = "cells: []", control_store = "s3+https://access:secret@s3.example.com/west" }
  }
  expect_failures = [var.catalogue]
}

run "refuses_a_password_in_the_catalogue" {
  command = plan
  variables {
    catalogue = { yaml = "cells: []\ntelemetry: {sources: [{name: a, password: \"hunter2\"}]}", control_store = "s3+https://s3.example.com/west" }
  }
  expect_failures = [var.catalogue]
}

run "takes_a_catalogue_that_says_where_its_secrets_are" {
  command = plan
  variables {
    catalogue = { yaml = "cells: []\ntelemetry: {sources: [{name: a, password: \"env:PASSWORD\", token: file:/run/token}]}", control_store = "s3+https://s3.example.com/west" }
  }
}
