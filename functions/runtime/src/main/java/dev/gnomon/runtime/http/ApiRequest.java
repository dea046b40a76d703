package dev.gnomon.runtime.http;

import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// The parameters of one query.
public final class ApiRequest {
  private final RoutingContext context;

  ApiRequest(RoutingContext context) {
    this.context = context;
  }

  /// A part of the path, named in it by a colon, decoded.
  ///
  /// @param form makes the value and throws IllegalArgumentException if it is none (answered 400)
  public <T> T path(String name, Function<String, T> form) {
    String value = context.pathParam(name);
    if (value == null) {
      throw new IllegalStateException("the path has no parameter " + name);
    }
    return parse(name, value, form);
  }

  /// A query parameter.
  public <T> Optional<T> query(String name, Function<String, T> form) {
    return Optional.ofNullable(context.queryParams().get(name))
        .map(value -> parse(name, value, form));
  }

  /// A query parameter that has to be there.
  public <T> T required(String name, Function<String, T> form) {
    return query(name, form)
        .orElseThrow(() ->
            Rejection.of(ProblemKind.REFUSED, "the query parameter '" + name + "' is missing"));
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(context.request().getHeader(name));
  }

  /// Every value of a header, in order: one that is sent twice may not be what it seems.
  public List<String> headers(String name) {
    return List.copyOf(context.request().headers().getAll(name));
  }

  /// All headers, as they came.
  public List<Map.Entry<String, String>> allHeaders() {
    return context.request().headers().entries();
  }

  private static <T> T parse(String name, String value, Function<String, T> form) {
    try {
      return form.apply(value);
    } catch (IllegalArgumentException e) {
      throw Rejection.of(ProblemKind.REFUSED, name + ": " + e.getMessage());
    }
  }
}
