import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode, Suspense } from "react";
import { createRoot } from "react-dom/client";
import { router } from "./router";
import { queries } from "./shared/api/queries";
import { restore, session } from "./shared/api/session";
import { theme } from "./shared/theme";
import { Toasts } from "./shared/ui/toasts";
import "./shared/ui/base.css";
import "./shared/ui/controls.css";
import { loadWords, Words } from "./shared/words";

theme.apply();
void loadWords(); // beside the session, which takes as long

// Whoever is signed in no more is led to the door, and back afterwards; nobody sees what another had asked for.
session.watch(() => {
  if (session.state() === "out") {
    // What is still shown would ask again for what is cleared, so the door comes first.
    void router.invalidate().finally(() => queries.clear());
    return;
  }
  queries.clear();
  void router.invalidate();
});

const place = document.getElementById("app");
if (!place) throw new Error("The page has no place for the app.");

restore()
  .catch(() => undefined) // nobody answered: the screens say so, and go on asking
  .then(() =>
    createRoot(place).render(
      <StrictMode>
        <Suspense>
          <Words>
            <QueryClientProvider client={queries}>
              <RouterProvider router={router} />
              <Toasts />
            </QueryClientProvider>
          </Words>
        </Suspense>
      </StrictMode>,
    ),
  );
