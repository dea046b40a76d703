# A bucket on AWS for one cell, and who may do what there. NOT VERIFIED: this was formatted (terraform fmt) and
# read; the provider hashicorp/aws could not be had where Gnomon was built, so neither init nor validate was run.
# Whatever the store is, `gnomon cell init` proves it before it is relied on.

resource "aws_s3_bucket" "cell" {
  bucket        = var.bucket
  force_destroy = false

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_public_access_block" "cell" {
  bucket                  = aws_s3_bucket.cell.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "cell" {
  bucket = aws_s3_bucket.cell.id
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "cell" {
  bucket = aws_s3_bucket.cell.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = var.kms_key == null ? "AES256" : "aws:kms"
      kms_master_key_id = var.kms_key
    }
    bucket_key_enabled = var.kms_key != null
  }
}

# A net below Gnomon's own rules, never a part of them: what is deleted by mistake can be fetched back a while.
resource "aws_s3_bucket_versioning" "cell" {
  bucket = aws_s3_bucket.cell.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "cell" {
  bucket = aws_s3_bucket.cell.id

  rule {
    id     = "abandoned-uploads"
    status = "Enabled"
    filter {}
    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  rule {
    id     = "old-versions"
    status = "Enabled"
    filter {}
    noncurrent_version_expiration {
      noncurrent_days = var.versions_kept_days
    }
  }

  depends_on = [aws_s3_bucket_versioning.cell]
}

# The documents of docs/policies, a policy each; they are attached to whatever your cluster's identities are.
resource "aws_iam_policy" "function" {
  for_each    = var.policies
  name        = "${var.bucket}-${each.key}"
  description = "What the function ${each.key} of Gnomon may do in ${var.bucket}"
  policy      = each.value
}

resource "aws_s3_bucket_policy" "tls_only" {
  bucket = aws_s3_bucket.cell.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnlyByTls"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [aws_s3_bucket.cell.arn, "${aws_s3_bucket.cell.arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })

  depends_on = [aws_s3_bucket_public_access_block.cell]
}
