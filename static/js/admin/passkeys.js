// Forms with data-passkey ask the browser for a passkey when they are sent, and send what it answers.
// Their options are in the page, or, for the login, asked for when they are needed.

const decoded = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0)).buffer;

const encoded = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const withIds = (list) => (list || []).map((each) => ({ ...each, id: decoded(each.id) }));

function creationOptions(json, passwordless) {
  return {
    ...json,
    challenge: decoded(json.challenge),
    user: { ...json.user, id: decoded(json.user.id) },
    excludeCredentials: withIds(json.excludeCredentials),
    authenticatorSelection: {
      ...json.authenticatorSelection,
      residentKey: passwordless ? "required" : "discouraged",
      requireResidentKey: passwordless,
      userVerification: passwordless ? "required" : "preferred",
    },
  };
}

const requestOptions = (json) => ({
  ...json,
  challenge: decoded(json.challenge),
  allowCredentials: withIds(json.allowCredentials),
});

function answered(credential) {
  const { response } = credential;
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const named = parts.filter((name) => response[name]).map((name) => [name, encoded(response[name])]);
  return {
    id: credential.id,
    rawId: encoded(credential.rawId),
    type: credential.type,
    response: { ...Object.fromEntries(named), transports: response.getTransports?.() },
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

async function asked(form) {
  if (form.dataset.passkey === "login") {
    const response = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!response.ok) {
      throw new Error(`${response.status} ${form.action}`);
    }
    const { request_options: options } = await response.json();
    return navigator.credentials.get({ publicKey: requestOptions(options.publicKey) });
  }
  const { publicKey } = JSON.parse(document.getElementById(form.dataset.options).textContent);
  if (form.dataset.passkey === "create") {
    return navigator.credentials.create({ publicKey: creationOptions(publicKey, form.elements.passwordless.checked) });
  }
  return navigator.credentials.get({ publicKey: requestOptions(publicKey) });
}

async function send(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const failed = form.querySelector(".account-failed");
  failed.hidden = true;
  try {
    form.elements.credential.value = JSON.stringify(answered(await asked(form)));
    form.submit();
  } catch {
    failed.hidden = false;
  }
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", send);
  }
}
