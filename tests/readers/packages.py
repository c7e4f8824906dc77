"""The npm packages of these tests, in the build folder beside copies of the scripts."""
import fcntl
import os
import pathlib
import shutil
import subprocess


def install(source, folder):
    """FALSE if they are not to be had. Two suites may ask at once."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        here = pathlib.Path(source) / "tests" / "readers"
        for path in [here / "package.json", *here.glob("*.mjs")]:
            shutil.copy(path, folder / path.name)
        if (folder / "node_modules" / "parse5").exists():
            return True
        # where nothing answers that is soon known
        command = ["npm", "install", "--no-audit", "--no-fund", "--silent", "--fetch-retries", "1", "--fetch-timeout", "30000"]
        home = os.environ.get("HOME", "")
        if not os.access(home, os.W_OK):
            command += ["--cache", folder / "npm-cache"]
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300,
                                  env=dict(os.environ, HOME=home or str(folder)))
        except (OSError, subprocess.TimeoutExpired) as error:
            print(f"# npm install: {error}")
            return False
        if done.returncode != 0:
            print("# npm install: " + done.stderr.strip()[-300:].replace("\n", " "))
        return done.returncode == 0
