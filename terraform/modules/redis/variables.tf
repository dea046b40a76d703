variable "mode" {
  description = "`existing`: a Redis or Valkey whose URL a Secret holds, or that the overlay brings. `in-cluster`: one pod of the manifests in knative/overlays/minikube/index, in memory: an index that may be lost, as the truth is in the object store."
  type        = string
  default     = "existing"
  validation {
    condition     = contains(["existing", "in-cluster"], var.mode)
    error_message = "mode is existing or in-cluster; found: ${var.mode}."
  }
}

variable "namespace" {
  description = "Namespace of the functions."
  type        = string
}

variable "address" {
  description = "Address of one that exists and asks for no password, such as redis://redis.gnomon.svc:6379; null: the Secret gnomon-redis is made by you, with the key url. A password never stands here."
  type        = string
  default     = null
  validation {
    condition     = var.address == null ? true : can(regex("^(redis|rediss|redis-sentinel|redis-cluster)://[^@/]+(/[0-9]+)?$", var.address))
    error_message = "The address is redis://, rediss://, redis-sentinel:// or redis-cluster://, host and port, without user and password; one with a password is put into the Secret gnomon-redis by you."
  }
  validation {
    condition     = var.mode == "existing" || var.address == null
    error_message = "Mode in-cluster makes its own address; leave it out."
  }
}
