package dev.gnomon.webhook;

import dev.gnomon.core.secrets.Secrets;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/// Reads addresses that are secret by themselves.
final class Addresses {
  private Addresses() {}

  static URI of(String text) throws Secrets.Unreadable {
    try {
      URI url = new URI(text);
      String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
      if (url.getHost() != null && (scheme.equals("https") || scheme.equals("http"))) {
        return url;
      }
    } catch (URISyntaxException e) {
      // The message would hold the address.
    }
    throw new Secrets.Unreadable("its address is not of the form https://host/path");
  }
}
