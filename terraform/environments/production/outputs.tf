output "namespace" {
  description = "Namespace of the functions."
  value       = module.functions.namespace
}

output "broker" {
  description = "The Broker: name, class, and the URL to post CloudEvents to from inside of the cluster."
  value       = module.functions.broker
}

output "functions" {
  description = "The functions by name: URL, image, least number of pods, whether they are reached from inside only."
  value       = module.functions.functions
}

output "cell_init_jobs" {
  description = "Names of the Jobs that prepared the stores, by cell; empty if you did."
  value       = try(module.object_store[0].jobs, {})
}

output "credentials" {
  description = "Names of the Secrets with keys (access-key, secret-key) to the object stores that the Services ask for."
  value       = module.functions.credentials
}
