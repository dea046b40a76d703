package dev.gnomon.redis;

import io.lettuce.core.SslOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/// What TLS connections trust: the certificates of the JDK, and those of a file of PEM where one is
/// named.
final class TrustedCertificates {
  /// Names the file, as it does for S3 and for OpenSSL.
  static final String VARIABLE = "SSL_CERT_FILE";

  private TrustedCertificates() {}

  static Optional<Path> ofEnvironment() {
    return Optional.ofNullable(System.getenv(VARIABLE))
        .filter(file -> !file.isBlank())
        .map(Path::of);
  }

  /// @throws IllegalArgumentException if the file holds no certificates
  static SslOptions options(Optional<Path> file) {
    SslOptions.Builder options = SslOptions.builder().jdkSslProvider();
    file.ifPresent(path -> {
      try {
        options.trustManager(factory(path));
      } catch (IOException | GeneralSecurityException e) {
        throw new IllegalArgumentException(
            "%s names %s, of which no certificates can be read: %s"
                .formatted(VARIABLE, path, e.getMessage()),
            e);
      }
    });
    return options.build();
  }

  private static TrustManagerFactory factory(Path file)
      throws IOException, GeneralSecurityException {
    List<X509Certificate> trusted = new ArrayList<>(ofJdk());
    Collection<? extends java.security.cert.Certificate> given;
    try (InputStream in = Files.newInputStream(file)) {
      given = CertificateFactory.getInstance("X.509").generateCertificates(in);
    }
    if (given.isEmpty()) {
      throw new GeneralSecurityException("it holds none");
    }
    given.forEach(one -> trusted.add((X509Certificate) one));
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    for (X509Certificate one : trusted) {
      store.setCertificateEntry("certificate-" + store.size(), one);
    }
    return factory(store);
  }

  private static List<X509Certificate> ofJdk() throws GeneralSecurityException {
    for (TrustManager manager : factory((KeyStore) null).getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        return List.of(x509.getAcceptedIssuers());
      }
    }
    return List.of();
  }

  /// @param store null for the JDK's own
  private static TrustManagerFactory factory(@org.jspecify.annotations.Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory;
  }
}
