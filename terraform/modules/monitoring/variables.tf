variable "namespace" {
  description = "Namespace of the functions."
  type        = string
}

variable "dashboard" {
  description = "Whether the dashboard is put there, as a ConfigMap for Grafana's sidecar, beside the rules."
  type        = bool
  default     = true
  nullable    = false
}

variable "after" {
  description = "What has to be there first: the definition prometheusrules.monitoring.coreos.com, by the module `knative`."
  type        = any
  default     = []
}
