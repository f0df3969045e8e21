/** Commits what changed in a checkout, as a team's release does; nothing where there is no git. */
export async function commit(folder: string, message: string, { first = false } = {}): Promise<void> {
  const author = ["-c", "user.name=Robin Hale", "-c", "user.email=robin@shop.example", "-c", "commit.gpgsign=false"];
  const commands = [
    ...(first ? [["init", "--quiet", "--initial-branch=main"]] : []),
    ["add", "--all"],
    [...author, "commit", "--quiet", "--no-verify", "--message", message],
  ];
  for (const args of commands) {
    try {
      const { success } = await new Deno.Command("git", { args, cwd: folder, stdout: "null", stderr: "null" }).output();
      if (!success) return;
    } catch {
      return;
    }
  }
}
