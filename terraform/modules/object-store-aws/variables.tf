variable "bucket" {
  description = "Name of the bucket, one for each cell; cells that shall not fail together are in different regions."
  type        = string
  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "A bucket is named by 3 to 63 small letters, digits and dashes; found: ${var.bucket}."
  }
}

variable "kms_key" {
  description = "ARN of a key of KMS; null: the keys of S3."
  type        = string
  default     = null
  validation {
    condition     = var.kms_key == null ? true : can(regex("^arn:aws[a-z-]*:kms:", var.kms_key))
    error_message = "A key is named by its ARN, arn:aws:kms:...; found: ${coalesce(var.kms_key, "none")}."
  }
}

variable "versions_kept_days" {
  description = "How long versions that were deleted or written over are kept, in days."
  type        = number
  default     = 30
  validation {
    condition     = var.versions_kept_days >= 1 && floor(var.versions_kept_days) == var.versions_kept_days
    error_message = "Versions are kept a whole number of days, at least one."
  }
}

variable "policies" {
  description = "Least privilege by function: the documents that `gnomon cell init --policies DIR` writes, or those of docs/policies with your bucket in them."
  type        = map(string)
  default     = {}
  validation {
    condition     = alltrue([for document in values(var.policies) : can(jsondecode(document).Statement)])
    error_message = "A policy is a document of IAM in JSON, with Statement."
  }
}
