package dev.gnomon.store.blobs;

/// A blob or what leads to it is missing or does not have the content that its hash names. The
/// message names the object of the store; whoever knows point and path adds them.
public final class BlobFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BlobFault(String message) {
    super(message);
  }
}
