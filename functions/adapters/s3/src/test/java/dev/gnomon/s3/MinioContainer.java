package dev.gnomon.s3;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.MinIOContainer;
import org.testcontainers.utility.DockerImageName;

/// A MinIO in a container, of the image that the variable `GNOMON_TEST_MINIO_IMAGE` or the system
/// property gnomon.test.minio.image names.
final class MinioContainer {
  private MinioContainer() {}

  static boolean dockerAnswers() {
    boolean mayBe =
        System.getenv("DOCKER_HOST") != null || Files.exists(Path.of("/var/run/docker.sock"));
    return mayBe && DockerClientFactory.instance().isDockerAvailable();
  }

  static MinIOContainer started() {
    String image =
        Optional.ofNullable(System.getenv("GNOMON_TEST_MINIO_IMAGE"))
            .orElseGet(() -> System.getProperty("gnomon.test.minio.image", "minio/minio:latest"));
    MinIOContainer container =
        new MinIOContainer(DockerImageName.parse(image).asCompatibleSubstituteFor("minio/minio"));
    container.start();
    return container;
  }
}
