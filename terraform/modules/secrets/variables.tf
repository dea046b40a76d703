variable "namespace" {
  description = "Namespace of the Secrets."
  type        = string
}

variable "kubeconfig" {
  description = "File of the kubeconfig, for kubectl."
  type        = string
}

variable "context" {
  description = "Context of the kubeconfig; null is its current one."
  type        = string
  default     = null
}

variable "secrets" {
  description = "The keys that each Secret has to have, and what to make of one that is not there: null asks for it, a text is written, and in it {random} becomes 48 random hexadecimal digits. What is there is never changed. A value that is secret must not stand here."
  type        = map(map(string))
  nullable    = false
  validation {
    condition     = alltrue([for name in keys(var.secrets) : can(regex("^[a-z0-9]([a-z0-9-]{0,251}[a-z0-9])?$", name))])
    error_message = "A Secret is named by small letters, digits and dashes."
  }
  validation {
    condition     = alltrue([for keys in values(var.secrets) : length(keys) > 0 && alltrue([for key in keys(keys) : can(regex("^[A-Za-z0-9._-]+$", key))])])
    error_message = "A Secret has at least one key, of letters, digits, dots, dashes and underscores."
  }
  validation {
    condition     = alltrue(flatten([for keys in values(var.secrets) : [for value in values(keys) : value == null ? true : !can(regex("://[^/@]*:[^{/@][^/@]*@", value))]]))
    error_message = "A URL with a password in clear would stand in Terraform's state; make that Secret yourself, and give null."
  }
}

variable "wait" {
  description = "How long to wait for Secrets that another brings (External Secrets, an operator), in seconds."
  type        = number
  default     = 10
  validation {
    condition     = var.wait >= 0 && var.wait <= 900
    error_message = "wait is 0 to 900 seconds."
  }
}
