package dev.gnomon.runtime.oidc;

/// Whose tokens are taken.
///
/// @param pattern a subject; with a `*` at its end all that begin so. As in a Knative EventPolicy
record Subject(String pattern) {
  Subject {
    int star = pattern.indexOf('*');
    if (pattern.isBlank() || (star >= 0 && star < pattern.length() - 1)) {
      throw new IllegalArgumentException(
          "expected a subject, or the beginning of some and a *, found '" + pattern + "'");
    }
  }

  boolean covers(String subject) {
    return pattern.endsWith("*")
        ? subject.startsWith(pattern.substring(0, pattern.length() - 1))
        : subject.equals(pattern);
  }

  @Override
  public String toString() {
    return pattern;
  }
}
