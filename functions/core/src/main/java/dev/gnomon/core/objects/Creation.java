package dev.gnomon.core.objects;

/// Outcome of a create-only put.
public sealed interface Creation {
  /// The name was free and now holds the given content, durably.
  record Created() implements Creation {}

  /// The name was taken; its content is untouched.
  record AlreadyExists() implements Creation {}
}
