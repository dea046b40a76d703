package dev.gnomon.core.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// Whom TLS connections trust: the certificates of the JDK, and those that the user names beside
/// them. They are read once a process, when the first connection needs them: that takes as long as
/// the start of a small function, and most of those never speak TLS. A changed file counts at the
/// next start.
///
/// @param file of PEM, with one or more certificates
/// @param directory whose files of PEM all count; what holds no certificate is passed over
/// @param more that one connection trusts beside the others, read when they were named
public record Authorities(Optional<Path> file, Optional<Path> directory, List<Certificate> more) {
  /// Names the file, as it does for OpenSSL.
  public static final String FILE = "SSL_CERT_FILE";

  /// Names the directory.
  public static final String DIRECTORY = "SSL_CERT_DIR";

  /// Of the JDK alone.
  public static final Authorities JDK = new Authorities(Optional.empty(), Optional.empty());

  private static final Map<Authorities, TrustManagerFactory> READ = new ConcurrentHashMap<>();

  public Authorities {
    more = List.copyOf(more);
  }

  public Authorities(Optional<Path> file, Optional<Path> directory) {
    this(file, directory, List.of());
  }

  /// @param environment looks up an environment variable
  public static Authorities of(Function<String, Optional<String>> environment) {
    return new Authorities(path(environment, FILE), path(environment, DIRECTORY));
  }

  private static Optional<Path> path(
      Function<String, Optional<String>> environment, String variable) {
    return environment.apply(variable).filter(name -> !name.isBlank()).map(Path::of);
  }

  /// These, and those of a file of PEM.
  ///
  /// @param name of the setting that names the file, for messages
  /// @throws IllegalArgumentException if there are no certificates in it
  public Authorities withFile(String name, Path pem) {
    return with(CertificateFiles.inFile(name, pem));
  }

  /// These, and those of the files of a directory, which may have none, or not be there.
  ///
  /// @throws IllegalArgumentException if it can't be read
  public Authorities withFilesOf(String name, Path files) {
    return Files.isDirectory(files) ? with(CertificateFiles.inAny(name, files)) : this;
  }

  /// These, and those of a text of PEM.
  ///
  /// @throws IllegalArgumentException if there are no certificates in it
  public Authorities withText(String name, String pem) {
    return with(CertificateFiles.inText(name, pem));
  }

  private Authorities with(Collection<? extends Certificate> others) {
    List<Certificate> all = new ArrayList<>(more);
    all.addAll(others);
    return new Authorities(file, directory, all);
  }

  /// Whether any are named beside those of the JDK.
  public boolean areNamed() {
    return file.isPresent() || directory.isPresent() || !more.isEmpty();
  }

  /// Of clients, who show the key that the JDK's own properties name (`javax.net.ssl.keyStore`).
  /// Only the first of the named certificates is read at once.
  ///
  /// @throws IllegalArgumentException if there are no certificates where they are said to be
  public SSLContext context() {
    check();
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(ClientKeys.ofTheJdk(), new TrustManager[] {new LateTrust(this::manager)}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
  }

  /// @throws IllegalArgumentException as [#context]
  public X509ExtendedTrustManager manager() {
    return x509(factory());
  }

  /// @throws IllegalArgumentException as [#context]
  public TrustManagerFactory factory() {
    return READ.computeIfAbsent(this, Authorities::read);
  }

  private void check() {
    file.ifPresent(path -> CertificateFiles.checkFile(FILE, path));
    directory.ifPresent(path -> CertificateFiles.checkDirectory(DIRECTORY, path));
  }

  private TrustManagerFactory read() {
    try {
      if (!areNamed()) {
        return factory(null);
      }
      List<Certificate> trusted = new ArrayList<>();
      trusted.addAll(List.of(x509(factory(null)).getAcceptedIssuers()));
      file.ifPresent(path -> trusted.addAll(CertificateFiles.inFile(FILE, path)));
      directory.ifPresent(path -> trusted.addAll(CertificateFiles.inFiles(DIRECTORY, path)));
      trusted.addAll(more);
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (Certificate one : trusted) {
        store.setCertificateEntry("certificate-" + store.size(), one);
      }
      return factory(store);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("the certificates of the JDK can't be read", e);
    }
  }

  private static X509ExtendedTrustManager x509(TrustManagerFactory factory) {
    return Arrays.stream(factory.getTrustManagers())
        .filter(X509ExtendedTrustManager.class::isInstance)
        .map(X509ExtendedTrustManager.class::cast)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("every JDK trusts by X.509"));
  }

  /// @param store null for the JDK's own
  private static TrustManagerFactory factory(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory;
  }
}
