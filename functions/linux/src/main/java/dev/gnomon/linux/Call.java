package dev.gnomon.linux;

/// A system call: its number, and what it does in words of messages.
enum Call {
  OPENAT(257, 56, "open"),
  CLOSE(3, 57, "close"),
  STATX(332, 291, "look at"),
  GETDENTS64(217, 61, "list"),
  READLINKAT(267, 78, "read the symbolic link"),
  SYMLINKAT(266, 36, "make the symbolic link"),
  LINKAT(265, 37, "link to"),
  RENAMEAT2(316, 276, "rename to"),
  UNLINKAT(263, 35, "remove"),
  MKDIRAT(258, 34, "make the directory"),
  FCHMODAT(268, 53, "set the mode of"),
  FACCESSAT(269, 48, "look at"),
  FCHMOD(91, 52, "set the mode of"),
  FCHOWNAT(260, 54, "set the owner of"),
  UTIMENSAT(280, 88, "set the time of"),
  FTRUNCATE(77, 46, "set the size of"),
  COPY_FILE_RANGE(326, 285, "copy"),
  READ(0, 63, "read"),
  WRITE(1, 64, "write"),
  PREAD64(17, 67, "read"),
  PWRITE64(18, 68, "write"),
  LSEEK(8, 62, "look for holes in"),
  FALLOCATE(285, 47, "take a range off"),
  FCNTL(72, 25, "set the flags of"),
  IOCTL(16, 29, "read or set the flags of"),
  SYNCFS(306, 267, "flush the file system of"),
  LLISTXATTR(195, 12, "list the extended attributes of"),
  FLISTXATTR(196, 13, "list the extended attributes of"),
  LGETXATTR(192, 9, "read an extended attribute of"),
  LSETXATTR(189, 6, "set an extended attribute of"),
  LREMOVEXATTR(198, 15, "remove an extended attribute of"),
  FSTATFS(138, 44, "look at the file system of"),
  INOTIFY_INIT1(294, 26, "begin to watch"),
  INOTIFY_ADD_WATCH(254, 27, "watch"),
  INOTIFY_RM_WATCH(255, 28, "end to watch"),
  PPOLL(271, 73, "wait for");

  final long number;
  final String what;

  Call(int x86, int arm, String what) {
    this.number = Kernel.X86 ? x86 : arm;
    this.what = what;
  }
}
