output "secret" {
  description = "What the module `secrets` has to find or to make: gnomon-redis with the key url."
  value       = { gnomon-redis = { url = var.mode == "in-cluster" ? "redis://redis.${var.namespace}.svc:6379" : var.address } }
}
