variable "mode" {
  description = "`existing`: Knative is there, which is checked. `operator`: the Knative operator is applied from a file that you downloaded, and told to install Serving and Eventing; nobody has verified that."
  type        = string
  default     = "existing"
  validation {
    condition     = contains(["existing", "operator"], var.mode)
    error_message = "mode is existing or operator; found: ${var.mode}."
  }
}

variable "kubeconfig" {
  description = "File of the kubeconfig, for the kubectl that looks at the cluster."
  type        = string
}

variable "context" {
  description = "Context of the kubeconfig; null is its current one."
  type        = string
  default     = null
}

variable "definitions" {
  description = "CustomResourceDefinitions that have to be there and established."
  type        = set(string)
  default = [
    "services.serving.knative.dev",
    "brokers.eventing.knative.dev",
    "triggers.eventing.knative.dev",
    "eventtypes.eventing.knative.dev",
    "eventpolicies.eventing.knative.dev",
    "sinkbindings.sources.knative.dev",
    "pingsources.sources.knative.dev",
  ]
  nullable = false
  validation {
    condition     = alltrue([for name in var.definitions : can(regex("^[a-z]+(\\.[a-z0-9-]+)+$", name))])
    error_message = "A definition is named plural.group, such as brokers.eventing.knative.dev."
  }
}

variable "kubernetes_at_least" {
  description = "Oldest minor version of Kubernetes that is accepted; 1.34 is what Knative 1.22 asks for."
  type        = number
  default     = 34
}

variable "operator_manifest" {
  description = "File of the operator's release (operator.yaml); for mode `operator` only."
  type        = string
  default     = null
  validation {
    condition     = var.operator_manifest == null ? var.mode != "operator" : fileexists(var.operator_manifest)
    error_message = "Mode `operator` needs the file of the operator's release; found: ${coalesce(var.operator_manifest, "none")}."
  }
}

variable "release" {
  description = "Release of Knative that the operator installs."
  type        = string
  default     = "1.22"
  validation {
    condition     = can(regex("^[0-9]+\\.[0-9]+(\\.[0-9]+)?$", var.release))
    error_message = "A release is 1.22 or 1.22.1; found: ${var.release}."
  }
}

variable "more_definitions" {
  description = "Definitions of others that have to be there too, such as prometheusrules.monitoring.coreos.com."
  type        = set(string)
  default     = []
  nullable    = false
}
