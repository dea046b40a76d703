locals {
  manifests = { for id in data.kustomization_overlay.functions.ids : id => jsondecode(data.kustomization_overlay.functions.manifests[id]) }
  brokers   = [for manifest in values(local.manifests) : manifest if manifest.kind == "Broker"]
  broker    = one(local.brokers)
  class     = try(local.broker.metadata.annotations["eventing.knative.dev/broker.class"], "MTChannelBasedBroker")
  ingress   = startswith(local.class, "Kafka") ? "kafka-broker-ingress" : "broker-ingress"
}

output "namespace" {
  description = "Namespace of the functions; known when it is there."
  value       = one([for parts in values(local.names) : parts[3] if parts[1] == "Namespace" && parts[0] == "_"])
  depends_on  = [kustomization_resource.first]
}

output "broker" {
  description = "The Broker that takes Gnomon's events: its name, its class, and the address to post CloudEvents to from inside of the cluster."
  value = {
    name  = local.broker.metadata.name
    class = local.class
    url   = "http://${local.ingress}.knative-eventing.svc.cluster.local/${local.broker.metadata.namespace}/${local.broker.metadata.name}"
  }
  depends_on = [kustomization_resource.then]
}

output "functions" {
  description = "The Knative Services by name: address inside of the cluster, whether it is reached from inside only, image, and least number of pods."
  value = {
    for manifest in values(local.manifests) : manifest.metadata.name => {
      url           = "http://${manifest.metadata.name}.${manifest.metadata.namespace}.svc.cluster.local"
      cluster_local = try(manifest.metadata.labels["networking.knative.dev/visibility"], "") == "cluster-local"
      image         = manifest.spec.template.spec.containers[0].image
      min_scale     = tonumber(try(manifest.spec.template.metadata.annotations["autoscaling.knative.dev/min-scale"], "0"))
    } if manifest.kind == "Service" && startswith(manifest.apiVersion, "serving.knative.dev/")
  }
  depends_on = [kustomization_resource.then]
}

output "credentials" {
  description = "Names of the Secrets with keys (access-key, secret-key) to the object stores that the Services ask for."
  value = sort(distinct(flatten([for manifest in values(local.manifests) : [
    for variable in try(manifest.spec.template.spec.containers[0].env, []) : variable.valueFrom.secretKeyRef.name if variable.name == "AWS_ACCESS_KEY_ID"
  ] if startswith(manifest.apiVersion, "serving.knative.dev/")])))
}

output "objects" {
  description = "Identifiers of all objects, as group/Kind/namespace/name."
  value       = sort(data.kustomization_overlay.functions.ids)
}

output "catalogue" {
  description = "Name of the ConfigMap that holds gnomon.yaml; another content is another name."
  value       = one([for id in data.kustomization_overlay.functions.ids : split("/", id)[3] if can(regex("^_/ConfigMap/[^/]*/gnomon-catalogue(-[a-z0-9]{10})?$", id))])
  depends_on  = [kustomization_resource.then]
}
