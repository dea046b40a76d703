variables {
  namespace  = "gnomon"
  kubeconfig = "/dev/null"
  secrets    = { gnomon-stores = { access-key = null, secret-key = null } }
}

run "looks_for_each" {
  command = plan
  assert {
    condition     = keys(terraform_data.secret) == ["gnomon-stores"]
    error_message = join(", ", keys(terraform_data.secret))
  }
}

run "refuses_a_url_with_a_password" {
  command = plan
  variables {
    secrets = { gnomon-redis = { url = "redis://:hunter2@redis.example.com:6379" } }
  }
  expect_failures = [var.secrets]
}

run "takes_a_url_without_one" {
  command = plan
  variables {
    secrets = { gnomon-redis = { url = "redis://redis.example.com:6379/0" } }
  }
}

run "takes_a_url_whose_password_is_made" {
  command = plan
  variables {
    secrets = { gnomon-redis = { url = "redis://:{random}@redis.example.com:6379" } }
  }
}

run "refuses_a_secret_without_keys" {
  command = plan
  variables {
    secrets = { gnomon-redis = {} }
  }
  expect_failures = [var.secrets]
}

run "refuses_a_name_that_is_none" {
  command = plan
  variables {
    secrets = { "gnomon redis" = { url = null } }
  }
  expect_failures = [var.secrets]
}

run "refuses_to_wait_for_ever" {
  command = plan
  variables {
    wait = 100000
  }
  expect_failures = [var.wait]
}
