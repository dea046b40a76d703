package dev.gnomon.core.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import org.jspecify.annotations.Nullable;

/// The key by which this process shows who it is, where the properties of the JDK name one: its
/// default context would show it, so those that trust others too have to.
final class ClientKeys {
  private static final String STORE = "javax.net.ssl.keyStore";
  private static final String PASSWORD = STORE + "Password";
  private static final String TYPE = STORE + "Type";
  private static final String PROVIDER = STORE + "Provider";

  /// By which the JDK says that a store is in no file, such as one of a device.
  private static final String NO_FILE = "NONE";

  private ClientKeys() {}

  /// Null if none is named, as [javax.net.ssl.SSLContext#init] takes it.
  ///
  /// @throws IllegalArgumentException if it can't be read
  static KeyManager @Nullable [] ofTheJdk() {
    String named = System.getProperty(STORE, "");
    if (named.isEmpty()) {
      return null;
    }
    try {
      String text = System.getProperty(PASSWORD, "");
      char @Nullable [] password = text.isEmpty() ? null : text.toCharArray();
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store(named, password), password);
      return factory.getKeyManagers();
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "%s names %s, of which no key can be read: %s".formatted(STORE, named, e), e);
    }
  }

  private static KeyStore store(String named, char @Nullable [] password)
      throws IOException, GeneralSecurityException {
    String type = System.getProperty(TYPE, KeyStore.getDefaultType());
    String provider = System.getProperty(PROVIDER, "");
    KeyStore store =
        provider.isEmpty() ? KeyStore.getInstance(type) : KeyStore.getInstance(type, provider);
    if (named.equals(NO_FILE)) {
      store.load(null, password);
      return store;
    }
    try (InputStream in = Files.newInputStream(Path.of(named))) {
      store.load(in, password);
    }
    return store;
  }
}
