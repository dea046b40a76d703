package dev.gnomon.s3;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;

/// Turns what went wrong on the wire into what callers need to know: the answer that was not a
/// success ([S3Answer]), or whether the request can have reached the server ([NotSentException] or
/// another IOException). Without it the client hides the status of answers that are not XML.
final class Answers implements Interceptor {
  /// Error documents are short; what is longer is somebody else's page.
  private static final int MAX_ERROR_BYTES = 64 * 1024;

  private static final int MAX_MESSAGE_LENGTH = 300;
  private static final Pattern CODE = Pattern.compile("<Code>\\s*([^<]{1,100}?)\\s*</Code>");
  private static final Pattern MESSAGE = Pattern.compile("<Message>\\s*([^<]*?)\\s*</Message>");

  /// Set as soon as a connection stands for this call.
  private record Sent(AtomicBoolean flag) {}

  @Override
  public Response intercept(Chain chain) throws IOException {
    Sent sent = new Sent(new AtomicBoolean());
    Request request = chain.request().newBuilder().tag(Sent.class, sent).build();
    Response response;
    try {
      response = chain.proceed(request);
    } catch (IOException e) {
      throw sent.flag().get() ? e : new NotSentException(e);
    }
    if (response.isSuccessful()) {
      return response;
    }
    try (response) {
      throw answer(response);
    }
  }

  /// Marks calls whose request is about to be written. To be added as a network interceptor.
  static Response connected(Chain chain) throws IOException {
    Sent sent = chain.request().tag(Sent.class);
    if (sent != null) {
      sent.flag().set(true);
    }
    return chain.proceed(chain.request());
  }

  private static S3Answer answer(Response response) {
    String text;
    try {
      text = new String(response.peekBody(MAX_ERROR_BYTES).bytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      text = ""; // The status says enough.
    }
    String message = first(MESSAGE, text);
    String region = response.header("x-amz-bucket-region");
    if (region != null && response.code() / 100 == 3) {
      message = "the bucket is in region " + region;
    }
    return new S3Answer(response.code(), first(CODE, text), oneLine(message));
  }

  private static String first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? matcher.group(1) : "";
  }

  private static String oneLine(String message) {
    String line = message.replaceAll("\\p{Cntrl}+", " ");
    return line.length() <= MAX_MESSAGE_LENGTH ? line : line.substring(0, MAX_MESSAGE_LENGTH);
  }
}
