# Gnomon on one node, with a MinIO and a Redis beside it: to try it out.

module "knative" {
  source           = "../../modules/knative"
  more_definitions = var.monitoring ? ["prometheusrules.monitoring.coreos.com", "podmonitors.monitoring.coreos.com"] : []
  kubeconfig       = pathexpand(var.kubeconfig)
  context          = var.context
}

module "functions" {
  source   = "../../modules/functions"
  overlay  = "overlays/minikube"
  images   = var.images
  settings = var.settings
  scale    = var.scale
  catalogue = var.catalogue == null ? null : {
    yaml          = file(var.catalogue.file)
    control_store = var.catalogue.control_store
  }
  after = module.knative.ready
}

# The overlay brings the Redis; what is left is to say where it is.
module "redis" {
  source    = "../../modules/redis"
  namespace = module.functions.namespace
  address   = "redis://redis.gnomon.svc:6379"
}

# The keys of the MinIO and the tokens of the API are made at random the first time, and known to nobody but the cluster.
module "secrets" {
  source     = "../../modules/secrets"
  namespace  = module.functions.namespace
  kubeconfig = pathexpand(var.kubeconfig)
  context    = var.context
  secrets = merge(module.redis.secret, {
    gnomon-stores     = { access-key = "gnomon-{random}", secret-key = "{random}" }
    gnomon-api-tokens = { reader = "{random}", writer = "{random}", notifier = "{random}" }
  })
}

module "object_store" {
  count      = var.cell_init_image == null ? 0 : 1
  source     = "../../modules/object-store"
  namespace  = module.functions.namespace
  catalogue  = module.functions.catalogue
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
