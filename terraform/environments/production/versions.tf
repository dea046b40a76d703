terraform {
  required_version = ">= 1.11"
  required_providers {
    kustomization = {
      source  = "kbst/kustomization"
      version = "0.9.8"
    }
    kubectl = {
      source  = "gavinbunney/kubectl"
      version = "1.19.0"
    }
  }
}

provider "kustomization" {
  kubeconfig_path = var.kubeconfig
  context         = var.context
}

provider "kubectl" {
  config_path    = var.kubeconfig
  config_context = var.context
}
