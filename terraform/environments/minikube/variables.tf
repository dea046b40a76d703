variable "kubeconfig" {
  description = "File of the kubeconfig."
  type        = string
  default     = "~/.kube/config"
  validation {
    condition     = fileexists(var.kubeconfig)
    error_message = "There is no kubeconfig ${var.kubeconfig}."
  }
}

variable "context" {
  description = "Context of the kubeconfig."
  type        = string
  default     = "minikube"
}

variable "images" {
  description = "Where the images are, if not as knative/images/loaded says."
  type        = map(object({ name = string, digest = optional(string), tag = optional(string) }))
  default     = {}
}

variable "cell_init_image" {
  description = "The image with the command line, which prepares the stores of the cells; null: they are prepared by you, with `gnomon cell init`."
  type        = object({ name = string, digest = optional(string), tag = optional(string) })
  default     = null
}

variable "settings" {
  description = "Settings by the name of the Service, as docs/OPERATIONS.md lists them."
  type        = map(map(string))
  default     = {}
}

variable "scale" {
  description = "Least and most pods by the name of the Service."
  type        = map(object({ min = optional(number), max = optional(number) }))
  default     = {}
}

variable "catalogue" {
  description = "File of your own gnomon.yaml, and the URL of its control store; null: the example of the overlay."
  type        = object({ file = string, control_store = string })
  default     = null
  validation {
    condition     = var.catalogue == null ? true : fileexists(var.catalogue.file)
    error_message = "There is no file ${try(var.catalogue.file, "")}."
  }
}

variable "monitoring" {
  description = "Whether alert rules and the dashboard are applied; needs the Prometheus operator."
  type        = bool
  default     = false
}
