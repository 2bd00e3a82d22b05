from rtfm_mmaction.cli.plot_scores import main

if __name__ == '__main__':
    main()
