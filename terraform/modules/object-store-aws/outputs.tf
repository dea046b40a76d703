output "store" {
  description = "The store of the cell as gnomon.yaml names it."
  value       = "s3+https://${replace(aws_s3_bucket.cell.bucket_regional_domain_name, "/^[^.]+\\./", "")}/${aws_s3_bucket.cell.bucket}"
}

output "policies" {
  description = "ARN of the policy of each function."
  value       = { for name, policy in aws_iam_policy.function : name => policy.arn }
}
