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

run "brings_rules_and_dashboard" {
  command = plan
  assert {
    condition     = length(setsubtract(["_/ConfigMap/gnomon/gnomon-dashboard", "monitoring.coreos.com/PrometheusRule/gnomon/gnomon"], keys(kustomization_resource.monitoring))) == 0
    error_message = join(", ", keys(kustomization_resource.monitoring))
  }
  assert {
    condition     = length(setsubtract(["GnomonRollbackStuck", "GnomonRollbackPointOld"], output.alerts)) == 0
    error_message = join(", ", output.alerts)
  }
}

run "leaves_the_dashboard_out" {
  command = plan
  variables {
    dashboard = false
  }
  assert {
    condition     = contains(keys(kustomization_resource.monitoring), "monitoring.coreos.com/PrometheusRule/gnomon/gnomon") && !anytrue([for id in keys(kustomization_resource.monitoring) : startswith(id, "_/ConfigMap/")])
    error_message = join(", ", keys(kustomization_resource.monitoring))
  }
}

run "refuses_another_namespace" {
  command = plan
  variables {
    namespace = "elsewhere"
  }
  expect_failures = [kustomization_resource.monitoring]
}
