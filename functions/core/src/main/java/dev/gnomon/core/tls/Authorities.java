package dev.gnomon.core.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.StreamSupport;
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

  private static final String CLIENT_KEYS = "javax.net.ssl.keyStore";
  private static final int FILES_AT_MOST = 10_000;
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
    return with(named(name, pem, Authorities::inFile));
  }

  /// These, and those of the files of a directory, which may have none, or not be there.
  ///
  /// @throws IllegalArgumentException if it can't be read
  public Authorities withFilesOf(String name, Path files) {
    if (!Files.isDirectory(files)) {
      return this;
    }
    try {
      return with(inFiles(files));
    } catch (IOException e) {
      throw unreadable(name, files, e);
    }
  }

  /// These, and those of a text of PEM.
  ///
  /// @throws IllegalArgumentException if there are no certificates in it
  public Authorities withText(String name, String pem) {
    try (InputStream in = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))) {
      Collection<? extends Certificate> found = in(in);
      if (!found.isEmpty()) {
        return with(found);
      }
    } catch (IOException | CertificateException e) {
      throw new IllegalArgumentException(
          "%s: expected certificates in PEM: %s".formatted(name, e.getMessage()), e);
    }
    throw new IllegalArgumentException(name + ": expected certificates in PEM, found none");
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

  /// Of clients. Only the first of the named certificates is read at once.
  ///
  /// @throws IllegalArgumentException if there are no certificates where they are said to be
  public SSLContext context() {
    try {
      if (!areNamed() && System.getProperty(CLIENT_KEYS) != null) {
        return SSLContext.getDefault();
      }
      check();
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new LateTrust(this::manager)}, null);
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
    file.filter(path -> !beginsWithOne(path)).ifPresent(path -> inNamedFile(path));
    directory.filter(path -> !holdsOne(path)).ifPresent(path -> inNamedDirectory(path));
  }

  private TrustManagerFactory read() {
    try {
      if (!areNamed()) {
        return factory(null);
      }
      List<Certificate> trusted = new ArrayList<>();
      trusted.addAll(List.of(x509(factory(null)).getAcceptedIssuers()));
      file.ifPresent(path -> trusted.addAll(inNamedFile(path)));
      directory.ifPresent(path -> trusted.addAll(inNamedDirectory(path)));
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

  private static Collection<? extends Certificate> inNamedFile(Path path) {
    return named(FILE, path, Authorities::inFile);
  }

  private static Collection<? extends Certificate> inNamedDirectory(Path path) {
    return named(DIRECTORY, path, Authorities::inFiles);
  }

  private static boolean beginsWithOne(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return CertificateFactory.getInstance("X.509").generateCertificate(in) != null;
    } catch (IOException | CertificateException e) {
      return false;
    }
  }

  private static boolean holdsOne(Path directory) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, Files::isRegularFile)) {
      return StreamSupport.stream(files.spliterator(), false)
          .limit(FILES_AT_MOST)
          .anyMatch(Authorities::beginsWithOne);
    } catch (IOException | DirectoryIteratorException e) {
      return false;
    }
  }

  private interface Reading {
    Collection<? extends Certificate> of(Path path) throws IOException, CertificateException;
  }

  private static Collection<? extends Certificate> named(
      String variable, Path path, Reading reading) {
    Collection<? extends Certificate> found;
    try {
      found = reading.of(path);
    } catch (IOException | CertificateException e) {
      throw unreadable(variable, path, e);
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "%s names %s, expected certificates in PEM, found none".formatted(variable, path));
    }
    return found;
  }

  private static IllegalArgumentException unreadable(String variable, Path path, Exception e) {
    return new IllegalArgumentException(
        "%s names %s, of which no certificates can be read: %s".formatted(variable, path, e), e);
  }

  private static Collection<? extends Certificate> inFile(Path file)
      throws IOException, CertificateException {
    try (InputStream in = Files.newInputStream(file)) {
      return in(in);
    }
  }

  private static Collection<? extends Certificate> in(InputStream pem) throws CertificateException {
    return CertificateFactory.getInstance("X.509").generateCertificates(pem);
  }

  private static Collection<? extends Certificate> inFiles(Path directory) throws IOException {
    List<Certificate> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, Files::isRegularFile)) {
      int left = FILES_AT_MOST;
      for (Path file : files) {
        if (left-- == 0) {
          break;
        }
        try {
          found.addAll(inFile(file));
        } catch (CertificateException e) {
          continue; // a key, a list of revoked ones, a note
        }
      }
    }
    return found;
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
