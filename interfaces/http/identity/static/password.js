// The token stands behind the # of the address, which browsers send to nobody.
const form = document.getElementById("choose");
const said = document.getElementById("said");
const token = location.hash.slice(1);
history.replaceState(null, "", location.pathname);

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = { token, new_password: document.getElementById("new").value };
  try {
    const answer = await fetch("/auth/password", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    form.hidden = answer.ok;
    said.textContent = answer.ok ? "It is set: sign in with it." : (await answer.json()).detail;
  } catch {
    said.textContent = "Daybook does not answer now; try again.";
  }
});
