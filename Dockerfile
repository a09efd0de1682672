# One static binary on nothing: no shell, no libraries, no package to patch.
#   docker build -t rookery .
#   docker run --rm -p 50051:50051 -v rookery:/var/lib/rookery rookery

FROM rust:1.95-bookworm AS build
WORKDIR /source
COPY . .
# Statically linked against glibc. Naming the target keeps the flag away from build scripts and procedural macros, which
# cannot be static. Cargo's downloads and its target directory are kept between builds, so the binary is copied out of it.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/source/target \
    host="$(rustc --version --verbose | sed -n 's/^host: //p')" \
 && RUSTFLAGS="-C target-feature=+crt-static" cargo build --release --locked --bin rookery --target "$host" \
 && install -D "target/$host/release/rookery" /image/rookery \
 && mkdir /image/data

FROM scratch
LABEL org.opencontainers.image.title="rookery" \
      org.opencontainers.image.description="Finds who knows, what is written and where it is being talked about." \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /image/rookery /rookery
# An empty directory of the user's own: a named volume takes its owner over.
COPY --from=build --chown=65532:65532 /image/data /var/lib/rookery
USER 65532:65532
VOLUME ["/var/lib/rookery"]
EXPOSE 50051
STOPSIGNAL SIGTERM
ENTRYPOINT ["/rookery"]
# As arguments and not as environment, since variables would win over the file that a chart mounts.
CMD ["serve", "--listen", "0.0.0.0:50051", "--data-dir", "/var/lib/rookery/data"]
