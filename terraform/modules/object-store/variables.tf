variable "namespace" {
  description = "Namespace of the functions; the Job runs there with the Secret gnomon-stores."
  type        = string
}

variable "catalogue" {
  description = "Name of the ConfigMap that holds gnomon.yaml."
  type        = string
}

variable "cells" {
  description = "Cells whose stores are prepared; empty: all of the catalogue."
  type        = list(string)
  default     = []
  nullable    = false
  validation {
    condition     = alltrue([for cell in var.cells : can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", cell))]) && length(distinct(var.cells)) == length(var.cells)
    error_message = "Cells are named by small letters, digits and dashes, each once; found: ${join(", ", var.cells)}."
  }
}

variable "image" {
  description = "The image with the command line (gnomon-cli): registry and name, and the digest, or a tag that is the digest."
  type = object({
    name   = string
    digest = optional(string)
    tag    = optional(string)
  })
  validation {
    condition     = var.image.digest != null ? var.image.tag == null && can(regex("^sha256:[0-9a-f]{64}$", var.image.digest)) : can(regex("^sha256-[0-9a-f]{64}$", var.image.tag))
    error_message = "An image has a digest, sha256: and 64 hexadecimal digits, or a tag of that form with a dash; any other tag may name another image tomorrow."
  }
}

variable "wait" {
  description = "How long to wait until the stores are prepared, in seconds; 0: not at all. The Job tries for at most 2700."
  type        = number
  default     = 2760
  validation {
    condition     = var.wait >= 0 && var.wait <= 3600
    error_message = "wait is 0 to 3600 seconds."
  }
}

variable "kubeconfig" {
  description = "File of the kubeconfig, for the kubectl that waits."
  type        = string
}

variable "context" {
  description = "Context of the kubeconfig; null is its current one."
  type        = string
  default     = null
}

variable "after" {
  description = "What has to be there before the Job."
  type        = any
  default     = []
}
