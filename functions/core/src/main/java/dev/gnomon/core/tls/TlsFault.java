package dev.gnomon.core.tls;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/// Why a TLS connection was not made, in words that help. They hold nothing of the address.
public enum TlsFault {
  NOT_TRUSTED(
      "the server's certificate is not trusted: name a file of PEM with its authority in "
          + Authorities.FILE),
  OTHER_NAME(
      "the server's certificate is for other names: call it by one of them, or give it a certificate for this one"),
  OUT_OF_DATE("the server's certificate has expired, or is not valid yet"),
  OTHER("TLS failed: it speaks no TLS, or none that is spoken here");

  private static final int DEPTH_AT_MOST = 10;

  private final String words;

  TlsFault(String words) {
    this.words = words;
  }

  public String words() {
    return words;
  }

  /// @param fault as a client reported it
  public static TlsFault of(Throwable fault) {
    TlsFault found = OTHER;
    @Nullable Throwable at = fault;
    for (int depth = 0; at != null && depth < DEPTH_AT_MOST; depth++) {
      if (at instanceof CertificateExpiredException
          || at instanceof CertificateNotYetValidException) {
        return OUT_OF_DATE;
      }
      if (at instanceof CertPathBuilderException || at instanceof CertPathValidatorException) {
        found = NOT_TRUSTED;
      } else if (at instanceof SSLPeerUnverifiedException
          || (at instanceof CertificateException && found == OTHER)) {
        found = OTHER_NAME;
      }
      at = at.getCause();
    }
    return found;
  }
}
