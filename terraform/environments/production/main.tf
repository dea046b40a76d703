# Gnomon on a cluster with a Kafka, object stores and a Redis of its own. No secret is held by Terraform: the
# Secrets gnomon-stores (access-key, secret-key; with own_credentials one a Service), gnomon-redis (url) and gnomon-api-tokens (reader, writer) are made
# by you or by External Secrets.

module "knative" {
  source            = "../../modules/knative"
  more_definitions  = var.monitoring ? ["prometheusrules.monitoring.coreos.com", "podmonitors.monitoring.coreos.com"] : []
  mode              = var.knative.mode
  operator_manifest = var.knative.operator_manifest
  release           = var.knative.release
  kubeconfig        = pathexpand(var.kubeconfig)
  context           = var.context
}

module "functions" {
  source   = "../../modules/functions"
  overlay  = "overlays/production"
  images   = var.images
  settings = var.settings
  scale    = var.scale
  catalogue = {
    yaml          = file(var.catalogue.file)
    control_store = var.catalogue.control_store
  }
  own_credentials = var.own_credentials
  after           = module.knative.ready
}

module "redis" {
  source    = "../../modules/redis"
  mode      = var.redis.mode
  address   = var.redis.address
  namespace = module.functions.namespace
}

module "secrets" {
  source     = "../../modules/secrets"
  namespace  = module.functions.namespace
  kubeconfig = pathexpand(var.kubeconfig)
  context    = var.context
  wait       = var.wait_for_secrets
  # The Job that prepares the stores has gnomon-stores in any case: its keys may make buckets.
  secrets = merge(module.redis.secret, {
    for name in setunion(module.functions.credentials, var.cell_init_image == null ? [] : ["gnomon-stores"]) : name => { access-key = null, secret-key = null }
    }, {
    gnomon-api-tokens = { reader = null, writer = null }
  })
}

module "object_store" {
  count      = var.cell_init_image == null ? 0 : 1
  source     = "../../modules/object-store"
  namespace  = module.functions.namespace
  catalogue  = module.functions.catalogue
  cells      = var.cells
  image      = var.cell_init_image
  kubeconfig = pathexpand(var.kubeconfig)
  context    = var.context
  after      = module.secrets.names
}

module "monitoring" {
  count     = var.monitoring ? 1 : 0
  source    = "../../modules/monitoring"
  namespace = module.functions.namespace
  after     = module.knative.ready
}
